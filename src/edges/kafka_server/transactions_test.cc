// Transactions over the wire, in all the versions that are served.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edges/kafka_server/testing/test_server.h"
#include "formats/kafka_protocol/add_to_transaction.h"
#include "formats/kafka_protocol/api_versions.h"
#include "formats/kafka_protocol/describe_producers.h"
#include "formats/kafka_protocol/describe_transactions.h"
#include "formats/kafka_protocol/end_transaction.h"
#include "formats/kafka_protocol/error_code.h"
#include "formats/kafka_protocol/fetch.h"
#include "formats/kafka_protocol/init_producer_id.h"
#include "formats/kafka_protocol/offset_fetch.h"
#include "formats/kafka_protocol/produce.h"
#include "formats/kafka_protocol/transaction_offsets.h"
#include "formats/kafka_protocol/write_markers.h"
#include "formats/record/batch_builder.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::ServerTest;
using ::testing::SizeIs;

struct TransactionsOnTheWire : ServerTest {
  InitProducerIdResponse producer;
  int32_t sequence = 0;

  TransactionsOnTheWire() {
    create_topic("orders", 2);
    do {
      producer = init("copier");
    } while (producer.error_code == code(KafkaError::coordinator_load_in_progress));
  }
  InitProducerIdResponse init(std::string_view id, int16_t version = 4) {
    return call<InitProducerIdResponse>(
        InitProducerIdRequest{.transactional_id = id, .transaction_timeout_ms = 60'000}, version);
  }
  int16_t add(int32_t partition = 0, int16_t version = 3) {
    AddPartitionsToTxnRequest request;
    if (version > 3) {
      request.transactions = {{.transactional_id = "copier",
                               .producer_id = producer.producer_id,
                               .producer_epoch = producer.producer_epoch,
                               .topics = {{.name = "orders", .partitions = {partition}}}}};
      const auto answer = call<AddPartitionsToTxnResponse>(request, version);
      return answer.transactions.at(0).topics.at(0).partitions.at(0).error_code;
    }
    request.transactional_id = "copier";
    request.producer_id = producer.producer_id;
    request.producer_epoch = producer.producer_epoch;
    request.topics = {{.name = "orders", .partitions = {partition}}};
    return call<AddPartitionsToTxnResponse>(request, version)
        .topics.at(0)
        .partitions.at(0)
        .error_code;
  }
  int16_t produce(const std::string& value, int16_t version = 9) {
    record::BatchBuilder builder({.producer_id = ProducerId(producer.producer_id),
                                  .producer_epoch = producer.producer_epoch,
                                  .base_sequence = sequence,
                                  .transactional = true});
    builder.add({.timestamp = from_unix_millis(1'725'190'561'000), .value = as_bytes(value)});
    const Bytes batch = std::move(builder).finish();
    const ProduceRequest request{
        .transactional_id = "copier",
        .acks = -1,
        .timeout_ms = 1000,
        .topics = {{.name = "orders", .partitions = {{.index = 0, .records = batch}}}}};
    const auto answer = call<ProduceResponse>(request, version);
    const int16_t error = answer.topics.at(0).partitions.at(0).error_code;
    if (error == 0) ++sequence;
    return error;
  }
  EndTxnResponse end(bool committed, int16_t version = 3) {
    return call<EndTxnResponse>(EndTxnRequest{.transactional_id = "copier",
                                              .producer_id = producer.producer_id,
                                              .producer_epoch = producer.producer_epoch,
                                              .committed = committed},
                                version);
  }
  FetchResponse::Partition fetch(int8_t isolation) {
    FetchRequest request{.isolation_level = isolation};
    request.topics = {
        {.topic = "orders", .partitions = {{.partition = 0, .partition_max_bytes = 1 << 20}}}};
    return call<FetchResponse>(request, 12).topics.at(0).partitions.at(0);
  }
};

TEST_F(TransactionsOnTheWire, EveryVersionEndsThem) {
  for (int16_t version = 0; version <= 4; ++version) {
    ASSERT_EQ(add(0, version), 0) << version;
    ASSERT_EQ(produce("x"), 0);
    EXPECT_EQ(end(true, version).error_code, 0) << version;
  }
}

TEST_F(TransactionsOnTheWire, AReaderIsToldWhatWasAborted) {
  ASSERT_EQ(add(), 0);
  ASSERT_EQ(produce("gone"), 0);
  auto open = fetch(1);
  EXPECT_EQ(open.last_stable_offset, 0);
  EXPECT_EQ(open.high_watermark, 1);
  EXPECT_EQ(open.records.bytes(), 0U);
  EXPECT_GT(fetch(0).records.bytes(), 0U);
  ASSERT_EQ(end(false).error_code, 0);
  const auto decided = fetch(1);
  EXPECT_EQ(decided.last_stable_offset, 2);
  EXPECT_GT(decided.records.bytes(), 0U);
  ASSERT_EQ(decided.aborted_transactions->size(), 1U);
  EXPECT_EQ(decided.aborted_transactions->front().producer_id, producer.producer_id);
  EXPECT_EQ(decided.aborted_transactions->front().first_offset, 0);
  EXPECT_FALSE(fetch(0).aborted_transactions);
}

TEST_F(TransactionsOnTheWire, NewProducersJoinByTheirRecordsAndGetAnEpochForEach) {
  EXPECT_EQ(produce("x", 11), code(KafkaError::invalid_txn_state));
  EXPECT_EQ(produce("x", 12), 0);
  const auto ended = end(true, 5);
  EXPECT_EQ(ended.error_code, 0);
  EXPECT_EQ(ended.producer_id, producer.producer_id);
  EXPECT_EQ(ended.producer_epoch, producer.producer_epoch + 1);
  EXPECT_EQ(produce("late", 12), code(KafkaError::invalid_producer_epoch));
}

TEST_F(TransactionsOnTheWire, TheVersionOfTransactionsIsTold) {
  const auto answer = call<ApiVersionsResponse>(
      ApiVersionsRequest{.client_software_name = "t", .client_software_version = "1"}, 4);
  ASSERT_EQ(answer.finalized_features.size(), 2U);
  EXPECT_EQ(answer.finalized_features[1].name, "transaction.version");
  EXPECT_EQ(answer.finalized_features[1].max_version_level, 2);
}

TEST_F(TransactionsOnTheWire, OffsetsArePartOfThem) {
  const AddOffsetsToTxnRequest joining{.transactional_id = "copier",
                                       .producer_id = producer.producer_id,
                                       .producer_epoch = producer.producer_epoch,
                                       .group_id = "g"};
  ASSERT_EQ(call<AddOffsetsToTxnResponse>(joining, 3).error_code, 0);
  const TxnOffsetCommitRequest commit{
      .transactional_id = "copier",
      .group_id = "g",
      .producer_id = producer.producer_id,
      .producer_epoch = producer.producer_epoch,
      .topics = {
          {.name = "orders", .partitions = {{.partition_index = 1, .committed_offset = 7}}}}};
  for (int16_t version = 0; version <= 5; ++version) {
    const auto answer = call<TxnOffsetCommitResponse>(commit, version);
    EXPECT_EQ(answer.topics.at(0).partitions.at(0).error_code, 0) << version;
  }
  const auto fetched = [this](bool stable) {
    OffsetFetchRequest request{.require_stable = stable};
    request.group_id = "g";
    request.topics.emplace().push_back({.name = "orders", .partition_indexes = {1}});
    return call<OffsetFetchResponse>(request, 7).topics.at(0).partitions.at(0);
  };
  EXPECT_EQ(fetched(true).error_code, code(KafkaError::unstable_offset_commit));
  EXPECT_EQ(fetched(false).committed_offset, -1);
  ASSERT_EQ(end(true).error_code, 0);
  EXPECT_EQ(fetched(true).error_code, 0);
  EXPECT_EQ(fetched(true).committed_offset, 7);
}

TEST_F(TransactionsOnTheWire, TheyAreListedAndDescribed) {
  ASSERT_EQ(add(1), 0);
  auto listed = call<ListTransactionsResponse>(
      ListTransactionsRequest{.state_filters = {"Ongoing", "Strange"}}, 1);
  EXPECT_THAT(listed.unknown_state_filters, ElementsAre("Strange"));
  ASSERT_EQ(listed.transaction_states.size(), 1U);
  EXPECT_EQ(listed.transaction_states[0].transactional_id, "copier");
  listed = call<ListTransactionsResponse>(
      ListTransactionsRequest{.producer_id_filters = {producer.producer_id + 1}}, 0);
  EXPECT_THAT(listed.transaction_states, IsEmpty());
  const auto described = call<DescribeTransactionsResponse>(
      DescribeTransactionsRequest{.transactional_ids = {"copier", "nobody"}}, 0);
  ASSERT_EQ(described.transaction_states.size(), 2U);
  EXPECT_EQ(described.transaction_states[0].transaction_state, "Ongoing");
  EXPECT_EQ(described.transaction_states[0].topics.at(0).partitions, std::vector<int32_t>{1});
  EXPECT_EQ(described.transaction_states[1].error_code,
            code(KafkaError::transactional_id_not_found));
}

TEST_F(TransactionsOnTheWire, TheyAreListedByAPatternOfTheirIds) {
  ASSERT_EQ(add(1), 0);
  auto list = [this](std::optional<std::string_view> pattern) {
    return call<ListTransactionsResponse>(
        ListTransactionsRequest{.transactional_id_pattern = pattern}, 2);
  };
  EXPECT_THAT(list(std::nullopt).transaction_states, SizeIs(1));
  EXPECT_THAT(list("").transaction_states, SizeIs(1));
  EXPECT_THAT(list("cop.*").transaction_states, SizeIs(1));
  EXPECT_THAT(list("op").transaction_states, IsEmpty()) << "a part of the id is not the id";
  EXPECT_EQ(list("(").error_code, code(KafkaError::invalid_regular_expression));
}

TEST_F(TransactionsOnTheWire, AnAdministratorSeesAndEndsWhatHangs) {
  ASSERT_EQ(add(), 0);
  ASSERT_EQ(produce("x"), 0);
  const DescribeProducersRequest wanted{
      .topics = {{.name = "orders", .partition_indexes = {0, 9}}}};
  auto partitions = call<DescribeProducersResponse>(wanted, 0).topics.at(0).partitions;
  ASSERT_EQ(partitions.at(0).active_producers.size(), 1U);
  EXPECT_EQ(partitions[0].active_producers[0].current_txn_start_offset, 0);
  EXPECT_EQ(partitions.at(1).error_code, code(KafkaError::unknown_topic_or_partition));
  const WriteTxnMarkersRequest markers{
      .markers = {{.producer_id = producer.producer_id,
                   .producer_epoch = producer.producer_epoch,
                   .topics = {{.name = "orders", .partition_indexes = {0}}}}}};
  for (int16_t version = 1; version <= 2; ++version) {
    const auto written = call<WriteTxnMarkersResponse>(markers, version);
    EXPECT_EQ(written.markers.at(0).topics.at(0).partitions.at(0).error_code, 0);
  }
  partitions = call<DescribeProducersResponse>(wanted, 0).topics.at(0).partitions;
  EXPECT_EQ(partitions.at(0).active_producers.at(0).current_txn_start_offset, -1);
  EXPECT_EQ(fetch(1).last_stable_offset, 3);
}

}  // namespace
}  // namespace tarn::kafka_server
