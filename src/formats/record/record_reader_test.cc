#include "formats/record/record_reader.h"

#include <string>

#include <gtest/gtest.h>

#include "base/random.h"
#include "formats/record/batch_builder.h"
#include "formats/record/validate.h"

namespace tarn::record {
namespace {

struct Reader : ::testing::Test {
  static Bytes batch_of(int records, Codec codec = Codec::none) {
    BatchBuilder builder({.codec = codec});
    for (int i = 0; i < records; ++i) {
      builder.add({.timestamp = from_unix_millis(100 + i), .value = as_bytes("value")});
    }
    return std::move(builder).finish();
  }
  static void put_i32(Bytes& batch, size_t at, int32_t value) {
    for (size_t i = 0; i < 4; ++i) {
      batch[at + i] = static_cast<std::byte>(static_cast<uint32_t>(value) >> ((3 - i) * 8));
    }
  }
  static Status read_all(BytesView batch) {
    return for_each_record(batch, [](const Record&) { return Status(); });
  }
  static ErrorCode failure(BytesView batch) {
    auto status = read_all(batch);
    return status ? ErrorCode::internal : status.error().code();
  }

  static constexpr size_t kRecordCount = 57;
  static constexpr size_t kLastOffsetDelta = 23;
  static constexpr size_t kFirstRecordLength = 61;
};

TEST_F(Reader, OffsetsCountFromTheBaseOffset) {
  auto batch = batch_of(3);
  assign_offset(batch, Offset(500), LeaderEpoch(1));
  std::vector<int64_t> seen;
  ASSERT_TRUE(for_each_record(batch, [&](const Record& record) {
    seen.push_back(record.offset.value());
    return Status();
  }));
  EXPECT_EQ(seen, (std::vector<int64_t>{500, 501, 502}));
}

TEST_F(Reader, LogAppendTimeIsTheTimeOfAllRecords) {
  auto batch = batch_of(2);
  set_log_append_time(batch, from_unix_millis(9000));
  EXPECT_TRUE(verify_batch_crc(*read_batch_header(batch), batch));
  ASSERT_TRUE(for_each_record(batch, [](const Record& record) {
    EXPECT_EQ(record.timestamp, from_unix_millis(9000));
    return Status();
  }));
}

TEST_F(Reader, ACountThatPromisesMoreRecordsIsCorrupt) {
  for (auto codec : {Codec::none, Codec::zstd}) {
    auto batch = batch_of(2, codec);
    put_i32(batch, kRecordCount, 3);
    EXPECT_EQ(failure(batch), ErrorCode::corrupt);
  }
}

TEST_F(Reader, ACountThatHidesRecordsIsCorrupt) {
  auto batch = batch_of(2);
  put_i32(batch, kRecordCount, 1);
  EXPECT_EQ(failure(batch), ErrorCode::corrupt);
}

TEST_F(Reader, ARecordOutsideTheOffsetsOfItsBatchIsCorrupt) {
  auto batch = batch_of(2);
  put_i32(batch, kLastOffsetDelta, 0);
  EXPECT_EQ(failure(batch), ErrorCode::corrupt);
}

TEST_F(Reader, ARecordLengthThatLiesIsCorrupt) {
  for (int length : {1, 3, 0x40, 0x7f}) {
    auto batch = batch_of(1);
    batch[kFirstRecordLength] = static_cast<std::byte>(length);
    EXPECT_EQ(failure(batch), ErrorCode::corrupt) << length;
  }
}

TEST_F(Reader, AClaimOfManyHeadersIsCorrupt) {
  auto batch = batch_of(1);
  batch.back() = std::byte{0x7e};  // the last byte counts the headers: now 63
  EXPECT_EQ(failure(batch), ErrorCode::corrupt);
}

TEST_F(Reader, ABatchThatIsCutOffIsCorrupt) {
  auto batch = batch_of(2);
  for (size_t kept = 0; kept < batch.size(); ++kept) {
    EXPECT_EQ(failure(BytesView(batch).first(kept)), ErrorCode::corrupt);
  }
}

TEST_F(Reader, ABombIsRefused) {
  BatchBuilder builder({.codec = Codec::gzip});
  const std::string zeros(4 << 20, '\0');
  builder.add({.value = as_bytes(zeros)});
  const auto batch = std::move(builder).finish();
  auto reader = RecordReader::open(batch, 1 << 20);
  EXPECT_EQ(reader.error().code(), ErrorCode::resource_exhausted);
}

TEST_F(Reader, AnyByteMayBeWrong) {
  Random random(3);
  const auto good = batch_of(5);
  for (int round = 0; round < 5000; ++round) {
    auto batch = good;
    batch[random.below(batch.size())] = static_cast<std::byte>(random());
    auto status = read_all(batch);
    if (!status) EXPECT_EQ(status.error().code(), ErrorCode::corrupt);
  }
}

}  // namespace
}  // namespace tarn::record
