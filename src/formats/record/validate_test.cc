#include "formats/record/validate.h"

#include <gtest/gtest.h>

#include "base/crc32c.h"
#include "formats/record/batch_builder.h"

namespace tarn::record {
namespace {

struct Validate : ::testing::Test {
  Bytes batch = batch_of({});

  static Bytes batch_of(BatchOptions options) {
    BatchBuilder builder(options);
    for (int i = 0; i < 3; ++i) builder.add({.value = as_bytes("value")});
    return std::move(builder).finish();
  }
  void put(size_t at, std::byte value) { batch[at] = value; }
  void seal() {
    const uint32_t crc = crc32c(BytesView(batch).subspan(kBatchCrcStart));
    for (size_t i = 0; i < 4; ++i) put(17 + i, static_cast<std::byte>(crc >> ((3 - i) * 8)));
  }
  ErrorCode refusal(size_t bytes_max = 1 << 20) {
    auto header = validate_batch(batch, bytes_max);
    return header ? ErrorCode::internal : header.error().code();
  }

  ErrorCode records_refusal() {
    auto header = validate_batch(batch, 1 << 20);
    if (!header) return ErrorCode::internal;
    auto times = validate_records(*header, batch);
    return times ? ErrorCode::internal : times.error().code();
  }
  // The same promises over other bytes.
  void replace_records(BytesView records) {
    batch.resize(kBatchHeaderBytes);
    batch.insert(batch.end(), records.begin(), records.end());
    const auto length = static_cast<uint32_t>(batch.size() - kBatchLengthEnd);
    for (size_t i = 0; i < 4; ++i) put(8 + i, static_cast<std::byte>(length >> ((3 - i) * 8)));
    seal();
  }

  static constexpr size_t kMagic = 16;
  static constexpr size_t kAttributes = 22;
  static constexpr size_t kCountLow = 60;
};

TEST_F(Validate, AGoodBatchGivesItsHeader) {
  EXPECT_EQ(validate_batch(batch, batch.size())->record_count, 3);
}

TEST_F(Validate, ABatchAboveTheLimitIsTooLarge) {
  EXPECT_EQ(refusal(batch.size() - 1), ErrorCode::resource_exhausted);
}

TEST_F(Validate, AChangedByteIsCorrupt) {
  put(batch.size() - 3, std::byte{0x7f});
  EXPECT_EQ(refusal(), ErrorCode::corrupt);
}

TEST_F(Validate, ACutBatchIsCorrupt) {
  batch.pop_back();
  EXPECT_EQ(refusal(), ErrorCode::corrupt);
}

TEST_F(Validate, NoBytesAtAllAreCorrupt) {
  batch.clear();
  EXPECT_EQ(refusal(), ErrorCode::corrupt);
}

TEST_F(Validate, TwoBatchesAreOneTooMany) {
  auto second = batch;
  batch.insert(batch.end(), second.begin(), second.end());
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
}

TEST_F(Validate, OldFormatsAreRefused) {
  put(kMagic, std::byte{1});
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
}

TEST_F(Validate, ClientsDoNotWriteControlBatches) {
  put(kAttributes, std::byte{32});
  seal();
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
}

TEST_F(Validate, ClientsDoNotSetTheTimeOfArrival) {
  put(kAttributes, std::byte{8});
  seal();
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
}

TEST_F(Validate, TheCountMustMatchTheOffsets) {
  put(kCountLow, std::byte{2});
  seal();
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
}

TEST_F(Validate, RecordsMustBeWhatTheHeaderPromises) {
  put(26, std::byte{3});  // last offset delta
  put(kCountLow, std::byte{4});
  seal();
  EXPECT_EQ(refusal(), ErrorCode::internal) << "the header alone is plausible";
  EXPECT_EQ(records_refusal(), ErrorCode::invalid_argument);
}

TEST_F(Validate, CompressedRecordsAreUnfolded) {
  for (const Codec codec : {Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    batch = batch_of({.codec = codec});
    auto header = validate_batch(batch, 1 << 20);
    ASSERT_TRUE(header);
    EXPECT_TRUE(validate_records(*header, batch)) << static_cast<int>(codec);
  }
}

TEST_F(Validate, NoiseInTheNameOfACodecIsRefused) {
  for (const Codec codec : {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    batch = batch_of({.codec = codec});
    replace_records(as_bytes("there are no records here"));
    EXPECT_EQ(records_refusal(), ErrorCode::invalid_argument) << static_cast<int>(codec);
    replace_records({});
    EXPECT_EQ(records_refusal(), ErrorCode::invalid_argument) << static_cast<int>(codec);
  }
}

TEST_F(Validate, FewerRecordsThanPromisedAreRefusedAlsoWhenCompressed) {
  batch = batch_of({.codec = Codec::lz4});
  put(26, std::byte{3});
  put(kCountLow, std::byte{4});
  seal();
  EXPECT_EQ(records_refusal(), ErrorCode::invalid_argument);
}

TEST_F(Validate, ABombIsTooLargeAndCostsNoMemory) {
  BatchBuilder builder({.codec = Codec::zstd});
  const std::string value(1 << 20, 'a');
  builder.add({.value = as_bytes(value)});
  batch = std::move(builder).finish();
  const auto header = read_batch_header(batch);
  const auto times = validate_records(*header, batch, 1000);
  ASSERT_FALSE(times);
  EXPECT_EQ(times.error().code(), ErrorCode::resource_exhausted);
}

TEST_F(Validate, TheTimesAreThoseOfTheRecords) {
  BatchBuilder builder;
  for (const int64_t at : {5000, 3000, 7000}) builder.add({.timestamp = from_unix_millis(at)});
  batch = std::move(builder).finish();
  set_max_timestamp(batch, from_unix_millis(9000));
  const auto header = validate_batch(batch, 1 << 20);
  ASSERT_TRUE(header) << "the checksum goes with it";
  EXPECT_EQ(header->max_timestamp, from_unix_millis(9000));
  const auto times = validate_records(*header, batch);
  EXPECT_EQ(times->oldest, from_unix_millis(3000));
  EXPECT_EQ(times->newest, from_unix_millis(7000));
}

TEST_F(Validate, AnIdempotentProducerHasASequence) {
  batch = batch_of({.producer_id = ProducerId(1), .producer_epoch = 0});
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
}

TEST_F(Validate, ATransactionHasAProducer) {
  batch = batch_of({.transactional = true});
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace tarn::record
