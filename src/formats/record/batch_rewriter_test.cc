#include "formats/record/batch_rewriter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/record/batch_builder.h"
#include "formats/record/compression.h"
#include "formats/record/record_reader.h"

namespace tarn::record {
namespace {

using ::testing::ElementsAre;

class Rewriting : public ::testing::TestWithParam<Codec> {
 protected:
  // Records "0" to "4" with offsets 100 to 104 and a minute between them.
  static Bytes original(Codec codec) {
    BatchBuilder builder({.codec = codec,
                          .producer_id = ProducerId(7),
                          .producer_epoch = 1,
                          .base_sequence = 50,
                          .transactional = true});
    for (int i = 0; i < 5; ++i) {
      const std::string text = std::to_string(i);
      const RecordHeader header{.key = "h", .value = as_bytes(text)};
      builder.add({.timestamp = from_unix_millis(60'000 * i),
                   .key = as_bytes(text),
                   .value = as_bytes(text),
                   .headers = std::span(&header, 1)});
    }
    Bytes batch = std::move(builder).finish();
    assign_offset(batch, Offset(100), LeaderEpoch(3));
    return batch;
  }
  // Those whose digit is odd.
  static Bytes odd_ones(BytesView batch, std::optional<Timestamp> horizon = {}) {
    auto reader = RecordReader::open(batch);
    BatchRewriter rewriter(reader->header(), horizon);
    while (const auto record = *reader->next()) {
      if ((record->offset.value() & 1) == 1) rewriter.keep(*record);
    }
    return std::move(rewriter).finish();
  }
  static std::vector<std::string> shown(BytesView batch) {
    std::vector<std::string> records;
    auto reader = RecordReader::open(batch);
    while (const auto record = *reader->next()) {
      records.push_back(std::to_string(record->offset.value()) + "@" +
                        std::to_string(unix_millis(record->timestamp)) + "=" +
                        std::string(as_text(*record->value)) +
                        std::string(as_text(*record->headers[0].value)));
    }
    return records;
  }
};

TEST_P(Rewriting, KeepsPlaceTimesAndProducer) {
  const Bytes before = original(GetParam());
  const Bytes after = odd_ones(before);
  EXPECT_THAT(shown(after), ElementsAre("101@60000=11", "103@180000=33"));
  const auto old_header = *read_batch_header(before);
  const auto header = *read_batch_header(after);
  EXPECT_TRUE(verify_batch_crc(header, after));
  EXPECT_EQ(header.base_offset, Offset(100));
  EXPECT_EQ(header.next_offset(), Offset(105));
  EXPECT_EQ(header.leader_epoch, LeaderEpoch(3));
  EXPECT_EQ(header.attributes, old_header.attributes);
  EXPECT_EQ(header.producer_id, ProducerId(7));
  EXPECT_EQ(header.producer_epoch, 1);
  EXPECT_EQ(header.base_sequence, 50);
  EXPECT_EQ(header.record_count, 2);
  EXPECT_EQ(header.max_timestamp, from_unix_millis(180'000));
}

TEST_P(Rewriting, ADeleteHorizonDoesNotChangeTheTimes) {
  const Bytes after = odd_ones(original(GetParam()), from_unix_millis(999'999));
  EXPECT_THAT(shown(after), ElementsAre("101@60000=11", "103@180000=33"));
  const auto header = *read_batch_header(after);
  EXPECT_TRUE(header.has_delete_horizon());
  EXPECT_EQ(header.base_timestamp, from_unix_millis(999'999));
  EXPECT_EQ(header.codec(), GetParam());
}

TEST_P(Rewriting, ABatchMayBecomeEmpty) {
  BatchRewriter rewriter(*read_batch_header(original(GetParam())));
  const Bytes after = std::move(rewriter).finish();
  EXPECT_EQ(after.size(), kBatchHeaderBytes);
  const auto header = read_batch_header(after);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->record_count, 0);
  EXPECT_EQ(header->next_offset(), Offset(105));
  EXPECT_THAT(shown(after), ElementsAre());
}

INSTANTIATE_TEST_SUITE_P(Codecs, Rewriting,
                         ::testing::Values(Codec::none, Codec::gzip, Codec::snappy, Codec::lz4,
                                           Codec::zstd));

}  // namespace
}  // namespace tarn::record
