#include "formats/record/record_walker.h"

#include <gtest/gtest.h>

#include "formats/record/batch_builder.h"

namespace tarn::record {
namespace {

struct Walker : ::testing::Test {
  static Bytes batch() {
    BatchBuilder builder;
    const std::string large(300, 'v');
    const std::vector<RecordHeader> headers = {{"a", as_bytes("1")}, {"b", std::nullopt}};
    builder.add({.timestamp = from_unix_millis(1000), .key = as_bytes("k"), .headers = headers});
    builder.add({.timestamp = from_unix_millis(3000), .value = as_bytes(large)});
    builder.add({.timestamp = from_unix_millis(2000)});
    return std::move(builder).finish();
  }
  static Result<RecordFacts> walk(const BatchHeader& header, BytesView records,
                                  size_t piece_bytes = SIZE_MAX) {
    RecordWalker walker(header);
    while (!records.empty()) {
      const size_t count = std::min(piece_bytes, records.size());
      TRY(walker.feed(records.first(count)));
      records = records.subspan(count);
    }
    return walker.finish();
  }

  const Bytes whole = batch();
  BatchHeader header = *read_batch_header(whole);
  Bytes records{whole.begin() + kBatchHeaderBytes, whole.end()};
};

TEST_F(Walker, RecordsWithoutAKeyAreNamed) {
  const auto facts = walk(header, records);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->without_key, (std::vector<int32_t>{1, 2}));
}

TEST_F(Walker, PiecesOfAnySizeAreTheSame) {
  for (size_t bytes = 1; bytes <= records.size(); ++bytes) {
    const auto times = walk(header, records, bytes);
    ASSERT_TRUE(times) << bytes;
    EXPECT_EQ(times->oldest, from_unix_millis(1000));
    EXPECT_EQ(times->newest, from_unix_millis(3000));
  }
}

TEST_F(Walker, RecordsThatAreCutOffAreCorrupt) {
  for (size_t kept = 0; kept < records.size(); ++kept) {
    EXPECT_FALSE(walk(header, BytesView(records).first(kept), 7)) << kept;
  }
}

TEST_F(Walker, BytesAfterTheRecordsAreCorrupt) {
  records.push_back(std::byte{0});
  EXPECT_FALSE(walk(header, records));
}

TEST_F(Walker, TheCountMustBeWhatIsThere) {
  header.record_count = 2;
  EXPECT_FALSE(walk(header, records));
  header.record_count = 4;
  EXPECT_FALSE(walk(header, records));
}

TEST_F(Walker, AGapInTheOffsetsIsCorrupt) {
  records[3] = std::byte{2};  // length, attributes, timestamp, offset: 1 instead of 0
  EXPECT_FALSE(walk(header, records));
}

TEST_F(Walker, ALengthThatLeavesItsRecordIsCorrupt) {
  records[4] = std::byte{126};  // a key of 63 bytes
  EXPECT_FALSE(walk(header, records));
}

TEST_F(Walker, ANumberThatNeverEndsIsCorrupt) {
  EXPECT_FALSE(walk(header, Bytes(40, std::byte{0xff})));
}

}  // namespace
}  // namespace tarn::record
