#include "formats/record/batch_builder.h"

#include <gtest/gtest.h>

#include "formats/record/record_reader.h"
#include "formats/record/validate.h"

namespace tarn::record {
namespace {

struct Builder : ::testing::TestWithParam<Codec> {
  static Record keyed(std::string_view key, std::string_view value, int64_t millis) {
    return {.timestamp = from_unix_millis(millis), .key = as_bytes(key), .value = as_bytes(value)};
  }
};

TEST_P(Builder, WhatIsWrittenIsRead) {
  BatchBuilder builder({.codec = GetParam()});
  const RecordHeader headers[] = {{"trace", as_bytes("1")}, {"empty", std::nullopt}};
  builder.add(keyed("k1", "v1", 2000));
  builder.add({.timestamp = from_unix_millis(1500), .headers = headers});
  const Bytes batch = std::move(builder).finish();

  auto reader = RecordReader::open(batch);
  auto first = **reader->next();
  EXPECT_EQ(as_text(*first.key), "k1");
  EXPECT_EQ(as_text(*first.value), "v1");
  EXPECT_EQ(first.timestamp, from_unix_millis(2000));
  auto second = **reader->next();
  EXPECT_EQ(second.offset, Offset(1));
  EXPECT_FALSE(second.key || second.value);
  EXPECT_EQ(second.timestamp, from_unix_millis(1500));
  ASSERT_EQ(second.headers.size(), 2U);
  EXPECT_EQ(second.headers[0].key, "trace");
  EXPECT_FALSE(second.headers[1].value);
  EXPECT_FALSE(*reader->next());
}

TEST_P(Builder, ABuiltBatchIsOneThatABrokerTakes) {
  BatchBuilder builder({.codec = GetParam()});
  for (int i = 0; i < 1000; ++i) builder.add(keyed("k", "value", i));
  const Bytes batch = std::move(builder).finish();
  auto header = validate_batch(batch, batch.size());
  ASSERT_TRUE(header) << header.error().message();
  EXPECT_EQ(header->record_count, 1000);
  EXPECT_EQ(header->max_timestamp, from_unix_millis(999));
}

INSTANTIATE_TEST_SUITE_P(Codecs, Builder,
                         ::testing::Values(Codec::none, Codec::gzip, Codec::snappy, Codec::lz4,
                                           Codec::zstd));

TEST(BatchBuilder, TheProducerIsInTheHeader) {
  BatchBuilder builder({.producer_id = ProducerId(7),
                        .producer_epoch = 2,
                        .base_sequence = 40,
                        .transactional = true});
  builder.add({});
  auto header = read_batch_header(std::move(builder).finish());
  EXPECT_EQ(header->producer_id, ProducerId(7));
  EXPECT_EQ(header->producer_epoch, 2);
  EXPECT_EQ(header->base_sequence, 40);
  EXPECT_TRUE(header->is_transactional());
}

TEST(BatchBuilder, TimestampsFarApartRoundTrip) {
  BatchBuilder builder;
  builder.add({.timestamp = from_unix_millis(1'515'000'000'000'000)});
  builder.add({.timestamp = from_unix_millis(-62'135'596'800'000)});
  const Bytes batch = std::move(builder).finish();
  auto reader = RecordReader::open(batch);
  EXPECT_EQ((**reader->next()).timestamp, from_unix_millis(1'515'000'000'000'000));
  EXPECT_EQ((**reader->next()).timestamp, from_unix_millis(-62'135'596'800'000));
}

}  // namespace
}  // namespace tarn::record
