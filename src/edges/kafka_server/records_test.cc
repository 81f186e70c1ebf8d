// Produce, Fetch, ListOffsets and their neighbours over the wire.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edges/kafka_server/testing/test_server.h"
#include "formats/kafka_protocol/api_versions.h"
#include "formats/kafka_protocol/delete_records.h"
#include "formats/kafka_protocol/delete_topics.h"
#include "formats/kafka_protocol/error_code.h"
#include "formats/kafka_protocol/fetch.h"
#include "formats/kafka_protocol/init_producer_id.h"
#include "formats/kafka_protocol/leader_epochs.h"
#include "formats/kafka_protocol/list_offsets.h"
#include "formats/kafka_protocol/metadata.h"
#include "formats/kafka_protocol/produce.h"
#include "formats/record/batch_builder.h"
#include "formats/record/record_reader.h"
#include "formats/record/validate.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using broker::testing::batch_of;
using broker::testing::TestRecord;
using testing::Client;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::ServerTest;

std::vector<std::string> values_of(const FetchResponse::Partition& partition) {
  std::vector<std::string> values;
  for (const auto& piece : partition.records.pieces) {
    BytesView rest = piece.view();
    while (!rest.empty()) {
      const auto header = record::read_batch_header(rest);
      if (!header) return {"bad batch"};
      EXPECT_TRUE(record::for_each_record(rest.first(header->total_bytes),
                                          [&](const record::Record& one) -> Status {
                                            values.emplace_back(as_text(*one.value));
                                            return {};
                                          }));
      rest = rest.subspan(header->total_bytes);
    }
  }
  return values;
}

struct RecordsOnTheWire : ServerTest {
  RecordsOnTheWire() { create_topic("orders"); }

  static ProduceRequest produce_request(const Bytes& batch, int16_t acks = -1) {
    return {.acks = acks,
            .timeout_ms = 1000,
            .topics = {{.name = "orders", .partitions = {{.index = 0, .records = batch}}}}};
  }
  ProduceResponse::Partition produce(const Bytes& batch, int16_t version = 9) {
    auto answer = call<ProduceResponse>(produce_request(batch), version);
    return answer.topics.at(0).partitions.at(0);
  }
  static FetchRequest fetch_request(int64_t offset, int32_t wait_millis = 0) {
    FetchRequest request{.max_wait_ms = wait_millis, .min_bytes = 1};
    request.topics = {
        {.topic = "orders",
         .partitions = {{.partition = 0, .fetch_offset = offset, .partition_max_bytes = 1 << 20}}}};
    return request;
  }
  FetchResponse::Partition fetch(int64_t offset, int16_t version = 12) {
    auto answer = call<FetchResponse>(fetch_request(offset), version);
    return answer.topics.at(0).partitions.at(0);
  }
  Uuid topic_id() { return broker->topics().find(TopicName("orders"))->id; }
  ListOffsetsResponse::Partition list_offset(int64_t timestamp, int16_t version = 9) {
    ListOffsetsRequest request;
    request.topics = {{.name = "orders", .partitions = {{.timestamp = timestamp}}}};
    return call<ListOffsetsResponse>(request, version).topics.at(0).partitions.at(0);
  }
};

TEST_F(RecordsOnTheWire, WhatIsProducedIsFetchedInEveryVersion) {
  for (int16_t version = 3; version <= 12; ++version) {
    EXPECT_EQ(produce(batch_of({"v"}), version).base_offset, version - 3);
  }
  for (int16_t version = 4; version <= 12; ++version) {
    EXPECT_EQ(values_of(fetch(0, version)).size(), 10U) << version;
  }
}

TEST_F(RecordsOnTheWire, TopicsAreNamedByTheirIdsInNewVersions) {
  const Bytes batch = batch_of({"by id"});
  auto produced = produce_request(batch);
  produced.topics[0].topic_id = topic_id();
  EXPECT_EQ(call<ProduceResponse>(produced, 13).topics.at(0).partitions.at(0).error_code, 0);
  for (int16_t version = 13; version <= 17; ++version) {
    auto request = fetch_request(0);
    request.topics[0].topic_id = topic_id();
    auto answer = call<FetchResponse>(request, version);
    EXPECT_EQ(answer.topics.at(0).topic_id, topic_id());
    EXPECT_THAT(values_of(answer.topics[0].partitions.at(0)), ElementsAre("by id"));
  }
}

TEST_F(RecordsOnTheWire, ARecreatedTopicIsAnotherTopic) {
  const Uuid old = topic_id();
  DeleteTopicsRequest removal{.topics = {{.name = std::nullopt, .topic_id = old}}};
  EXPECT_EQ(call<DeleteTopicsResponse>(removal, 6).topics.at(0).error_code, 0);
  create_topic("orders");
  auto request = fetch_request(0);
  request.topics[0].topic_id = old;
  auto answer = call<FetchResponse>(request, 13);
  EXPECT_EQ(answer.topics.at(0).partitions.at(0).error_code, code(KafkaError::unknown_topic_id));
  const Bytes batch = batch_of({"x"});
  auto produced = produce_request(batch);
  produced.topics[0].topic_id = old;
  EXPECT_EQ(call<ProduceResponse>(produced, 13).topics.at(0).partitions.at(0).error_code,
            code(KafkaError::unknown_topic_id));
}

TEST_F(RecordsOnTheWire, ProduceRequestsOfOneConnectionAreAnsweredInOrder) {
  auto fast = connect();
  for (int i = 0; i < 100; ++i) {
    const Bytes batch = batch_of({std::to_string(i)});
    fast.ask(produce_request(batch), 9);
  }
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(fast.answer<ProduceResponse>(9).topics.at(0).partitions.at(0).base_offset, i);
  }
}

TEST_F(RecordsOnTheWire, WithoutAcksThereIsNoAnswer) {
  auto careless = connect();
  const Bytes batch = batch_of({"x"});
  careless.ask(produce_request(batch, 0), 9);
  careless.ask(ApiVersionsRequest{}, 0);
  careless.expect_answer_to(2);
  EXPECT_EQ(careless.answer<ApiVersionsResponse>(0).error_code, 0);
  EXPECT_THAT(values_of(fetch(0)), ElementsAre("x"));
}

TEST_F(RecordsOnTheWire, WithoutAcksAFailureEndsTheConnection) {
  auto careless = connect();
  Bytes bad = batch_of({"x"});
  bad.back() ^= std::byte{1};
  careless.ask(produce_request(bad, 0), 9);
  EXPECT_TRUE(careless.is_closed());
  EXPECT_THAT(values_of(fetch(0)), IsEmpty());
}

TEST_F(RecordsOnTheWire, AcksThatDoNotExistAreRefused) {
  const Bytes batch = batch_of({"x"});
  auto answer = call<ProduceResponse>(produce_request(batch, 7), 9);
  EXPECT_EQ(answer.topics.at(0).partitions.at(0).error_code,
            code(KafkaError::invalid_required_acks));
}

TEST_F(RecordsOnTheWire, OneBadPartitionDoesNotHarmTheOthers) {
  const Bytes good = batch_of({"good"});
  Bytes bad = batch_of({"bad"});
  bad.back() ^= std::byte{1};
  ProduceRequest request{.acks = -1};
  request.topics = {{.name = "orders", .partitions = {{.index = 0, .records = good}}},
                    {.name = "nowhere", .partitions = {{.index = 0, .records = good}}},
                    {.name = "orders", .partitions = {{.index = 5, .records = good}}},
                    {.name = "orders", .partitions = {{.index = 0, .records = bad}}},
                    {.name = "orders", .partitions = {{.index = 0, .records = std::nullopt}}}};
  std::vector<int16_t> codes;
  for (const auto& topic : call<ProduceResponse>(request, 9).topics) {
    codes.push_back(topic.partitions.at(0).error_code);
  }
  EXPECT_THAT(codes, ElementsAre(0, 3, 3, code(KafkaError::corrupt_message),
                                 code(KafkaError::invalid_record)));
  EXPECT_THAT(values_of(fetch(0)), ElementsAre("good"));
}

TEST_F(RecordsOnTheWire, ACompactedTopicNamesTheRecordsWithoutAKey) {
  broker::NewTopic table{.name = TopicName("table"), .config = {{"cleanup.policy", "compact"}}};
  ASSERT_TRUE(broker.run(broker->create_topic(std::move(table), broker::Validate::and_do)));
  const Bytes batch = batch_of(std::vector<std::string>{"one", "two"});
  ProduceRequest request = produce_request(batch);
  request.topics.front().name = "table";
  for (const int16_t version : {int16_t{7}, int16_t{8}, int16_t{9}}) {
    const auto refused = call<ProduceResponse>(request, version).topics.at(0).partitions.at(0);
    EXPECT_EQ(refused.error_code, code(KafkaError::invalid_record));
    ASSERT_EQ(refused.record_errors.size(), version < 8 ? 0U : 2U);
    if (version >= 8) EXPECT_EQ(refused.record_errors[1].batch_index, 1);
  }
}

TEST_F(RecordsOnTheWire, ADuplicateGetsTheOffsetOfItsOriginal) {
  const auto producer = call<InitProducerIdResponse>(InitProducerIdRequest{}, 4);
  ASSERT_EQ(producer.error_code, 0);
  record::BatchBuilder builder({.producer_id = ProducerId(producer.producer_id),
                                .producer_epoch = producer.producer_epoch,
                                .base_sequence = 0});
  builder.add({.value = as_bytes("once")});
  const Bytes batch = std::move(builder).finish();
  produce(batch_of({"before"}));
  EXPECT_EQ(produce(batch).base_offset, 1);
  EXPECT_EQ(produce(batch).base_offset, 1);
  EXPECT_THAT(values_of(fetch(0)), ElementsAre("before", "once"));
}

TEST_F(RecordsOnTheWire, FetchGivesTheWholeBatchThatHoldsTheOffset) {
  produce(batch_of({"a", "b", "c"}));
  EXPECT_THAT(values_of(fetch(2)), ElementsAre("a", "b", "c"));
}

TEST_F(RecordsOnTheWire, FetchGivesOneBatchAlsoAboveItsLimits) {
  produce(batch_of({std::string(5000, 'x')}));
  auto request = fetch_request(0);
  request.max_bytes = 10;
  request.topics[0].partitions[0].partition_max_bytes = 10;
  auto answer = call<FetchResponse>(request, 12);
  EXPECT_EQ(values_of(answer.topics.at(0).partitions.at(0)).size(), 1U);
}

TEST_F(RecordsOnTheWire, ALongPollEndsWhenRecordsCome) {
  auto waiting = connect();
  waiting.ask(fetch_request(0, 60'000), 12);
  wait(Millis(20));
  produce(batch_of({"news"}));
  auto answer = waiting.answer<FetchResponse>(12);
  EXPECT_THAT(values_of(answer.topics.at(0).partitions.at(0)), ElementsAre("news"));
}

TEST_F(RecordsOnTheWire, ALongPollEndsAtItsDeadline) {
  auto answer = call<FetchResponse>(fetch_request(0, 30), 12);
  EXPECT_THAT(values_of(answer.topics.at(0).partitions.at(0)), IsEmpty());
  EXPECT_EQ(answer.topics[0].partitions[0].error_code, 0);
}

TEST_F(RecordsOnTheWire, FetchOutsideTheLogSaysSo) {
  EXPECT_EQ(fetch(7).error_code, code(KafkaError::offset_out_of_range));
}

TEST_F(RecordsOnTheWire, AFetchSessionTellsOnlyNews) {
  auto request = fetch_request(0);
  request.session_epoch = 0;  // asks for one
  const auto first = call<FetchResponse>(request, 12);
  ASSERT_NE(first.session_id, 0);
  EXPECT_EQ(first.topics.size(), 1U);
  FetchRequest next{.session_id = first.session_id, .session_epoch = 1};
  const auto second = call<FetchResponse>(next, 12);
  EXPECT_EQ(second.session_id, first.session_id);
  EXPECT_EQ(second.topics.size(), 0U);
  EXPECT_EQ(call<FetchResponse>(next, 12).error_code,
            code(KafkaError::invalid_fetch_session_epoch));
  next.session_id ^= 1;
  EXPECT_EQ(call<FetchResponse>(next, 12).error_code, code(KafkaError::fetch_session_id_not_found));
}

TEST_F(RecordsOnTheWire, AStaleLeaderEpochIsFenced) {
  auto request = fetch_request(0);
  const int32_t epoch =
      broker->partition_state({TopicName("orders"), PartitionId(0)})->epoch.value();
  request.topics[0].partitions[0].current_leader_epoch = epoch + 1;
  EXPECT_EQ(call<FetchResponse>(request, 12).topics.at(0).partitions.at(0).error_code,
            code(KafkaError::unknown_leader_epoch));
}

TEST_F(RecordsOnTheWire, OffsetsAreListed) {
  produce(batch_of(
      std::vector<TestRecord>{{"a", from_unix_millis(1000)}, {"b", from_unix_millis(3000)}}));
  produce(batch_of(std::vector<TestRecord>{{"c", from_unix_millis(2000)}}));
  EXPECT_EQ(list_offset(kLatestTimestamp).offset, 3);
  EXPECT_EQ(list_offset(kEarliestTimestamp).offset, 0);
  EXPECT_EQ(list_offset(kMaxTimestamp).offset, 1);
  EXPECT_EQ(list_offset(kMaxTimestamp).timestamp, 3000);
  EXPECT_EQ(list_offset(1500).offset, 1);
  EXPECT_EQ(list_offset(9000).offset, -1);
  EXPECT_EQ(list_offset(kEarliestLocalTimestamp).offset, 0);
  EXPECT_EQ(list_offset(kEarliestLocalTimestamp, 7).error_code, code(KafkaError::invalid_request));
  EXPECT_EQ(list_offset(kLatestTieredTimestamp).offset, -1);
  EXPECT_EQ(list_offset(kLatestTieredTimestamp).error_code, 0);
  EXPECT_EQ(list_offset(-9).error_code, code(KafkaError::invalid_request));
}

TEST_F(RecordsOnTheWire, TheLeaderEpochIsTheSameEverywhere) {
  produce(batch_of({"a"}));
  MetadataRequest request;
  request.topics.emplace().push_back({.topic_id = {}, .name = "orders"});
  const auto shown = call<MetadataResponse>(request, 12).topics.at(0).partitions.at(0);
  EXPECT_GE(shown.leader_epoch, 0);
  for (const int64_t at : {kLatestTimestamp, kEarliestTimestamp, kMaxTimestamp}) {
    EXPECT_EQ(list_offset(at).leader_epoch, shown.leader_epoch) << at;
  }
  auto current = fetch_request(0);
  current.topics[0].partitions[0].current_leader_epoch = shown.leader_epoch;
  EXPECT_EQ(call<FetchResponse>(current, 12).topics.at(0).partitions.at(0).error_code, 0);
}

TEST_F(RecordsOnTheWire, APartitionListedTwiceIsRefused) {
  ListOffsetsRequest request;
  request.topics = {{.name = "orders", .partitions = {{.timestamp = -1}, {.timestamp = -2}}}};
  for (const auto& partition : call<ListOffsetsResponse>(request, 7).topics.at(0).partitions) {
    EXPECT_EQ(partition.error_code, code(KafkaError::invalid_request));
  }
}

TEST_F(RecordsOnTheWire, NoiseInTheNameOfACodecIsRefusedForItsProducerAlone) {
  record::BatchBuilder builder({.codec = record::Codec::zstd});
  builder.add({.value = as_bytes("value")});
  Bytes noise = std::move(builder).finish();
  std::ranges::fill(std::span(noise).subspan(record::kBatchHeaderBytes), std::byte{1});
  record::set_max_timestamp(noise, from_unix_millis(0));  // with the checksum of the noise
  EXPECT_EQ(produce(noise).error_code, code(KafkaError::invalid_record));
  EXPECT_EQ(produce(batch_of({"good"})).base_offset, 0);
}

TEST_F(RecordsOnTheWire, DeletedRecordsAreGone) {
  produce(batch_of({"a"}));
  produce(batch_of({"b"}));
  DeleteRecordsRequest request;
  request.topics = {{.name = "orders", .partitions = {{.partition_index = 0, .offset = 1}}}};
  EXPECT_EQ(call<DeleteRecordsResponse>(request, 2).topics.at(0).partitions.at(0).low_watermark, 1);
  EXPECT_EQ(fetch(0).error_code, code(KafkaError::offset_out_of_range));
  EXPECT_EQ(list_offset(kEarliestTimestamp).offset, 1);
}

TEST_F(RecordsOnTheWire, TheEndOfAnEpochIsTold) {
  produce(batch_of({"a", "b", "c"}));
  OffsetForLeaderEpochRequest request;
  const int32_t epoch =
      broker->partition_state({TopicName("orders"), PartitionId(0)})->epoch.value();
  request.topics = {{.topic = "orders", .partitions = {{.leader_epoch = epoch}}}};
  auto end = call<OffsetForLeaderEpochResponse>(request, 4).topics.at(0).partitions.at(0);
  EXPECT_EQ(end.error_code, 0);
  EXPECT_EQ(end.end_offset, 3);
}

}  // namespace
}  // namespace tarn::kafka_server
