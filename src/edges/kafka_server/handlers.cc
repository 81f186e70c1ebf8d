#include "edges/kafka_server/handlers.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "edges/kafka_server/handler_list.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using namespace needs;
using enum Start;

// The rights that each API asks for, as Apache Kafka 4 does. docs/guide/security.md shows them to
// people. {}: anybody may ask, and the handler tells each caller what it may know.
struct ApiRights {
  Api api;
  Needs needs;
};
constexpr std::array kRights{
    ApiRights{kProduce, {kWriteTopic, kWriteTransaction}},
    ApiRights{kFetch, {kReadTopic}},
    ApiRights{kListOffsets, {kDescribeTopic}},
    ApiRights{kMetadata, {kDescribeTopic, kCreateTopic, kCreateInCluster}},
    ApiRights{kOffsetCommit, {kReadGroup, kReadTopic}},
    ApiRights{kOffsetFetch, {kDescribeGroup, kDescribeTopic}},
    ApiRights{kFindCoordinator, {kDescribeGroup, kDescribeTransaction}},
    ApiRights{kJoinGroup, {kReadGroup}},
    ApiRights{kHeartbeat, {kReadGroup}},
    ApiRights{kLeaveGroup, {kReadGroup}},
    ApiRights{kSyncGroup, {kReadGroup}},
    ApiRights{kDescribeGroups, {kDescribeGroup}},
    ApiRights{kListGroups, {kDescribeTheCluster, kDescribeGroup}},
    ApiRights{kSaslHandshake, {}},
    ApiRights{kApiVersions, {}},
    ApiRights{kCreateTopics, {kCreateInCluster, kCreateTopic}},
    ApiRights{kDeleteTopics, {kDeleteTopic}},
    ApiRights{kDeleteRecords, {kDeleteTopic}},
    ApiRights{kInitProducerId, {kWriteTransaction, kIdempotentWrite, kWriteTopic}},
    ApiRights{kOffsetForLeaderEpoch, {kDescribeTopic}},
    ApiRights{kAddPartitionsToTxn, {kWriteTransaction, kWriteTopic, kClusterAction}},
    ApiRights{kAddOffsetsToTxn, {kWriteTransaction, kReadGroup}},
    ApiRights{kEndTxn, {kWriteTransaction}},
    ApiRights{kWriteTxnMarkers, {kClusterAction, kAlterCluster}},
    ApiRights{kTxnOffsetCommit, {kWriteTransaction, kReadGroup, kReadTopic}},
    ApiRights{kDescribeAcls, {kDescribeTheCluster}},
    ApiRights{kCreateAcls, {kAlterCluster}},
    ApiRights{kDeleteAcls, {kAlterCluster}},
    ApiRights{kDescribeConfigs,
              {kDescribeTopicConfigs, kDescribeClusterConfigs, kDescribeGroupConfigs}},
    ApiRights{kAlterConfigs, {kAlterTopicConfigs, kAlterClusterConfigs, kAlterGroupConfigs}},
    ApiRights{kAlterReplicaLogDirs, {kAlterCluster}},
    ApiRights{kDescribeLogDirs, {kDescribeTheCluster}},
    ApiRights{kSaslAuthenticate, {}},
    ApiRights{kCreatePartitions, {kAlterTopic}},
    ApiRights{kDeleteGroups, {kDeleteGroup}},
    ApiRights{kElectLeaders, {kAlterCluster}},
    ApiRights{kIncrementalAlterConfigs,
              {kAlterTopicConfigs, kAlterClusterConfigs, kAlterGroupConfigs}},
    ApiRights{kAlterPartitionReassignments, {kAlterCluster}},
    ApiRights{kListPartitionReassignments, {kDescribeTheCluster}},
    ApiRights{kOffsetDelete, {kDeleteGroup, kReadTopic}},
    ApiRights{kDescribeClientQuotas, {kDescribeClusterConfigs}},
    ApiRights{kAlterClientQuotas, {kAlterClusterConfigs}},
    ApiRights{kDescribeUserScramCredentials, {kDescribeTheCluster}},
    ApiRights{kAlterUserScramCredentials, {kAlterCluster}},
    ApiRights{kDescribeQuorum, {kDescribeTheCluster}},
    ApiRights{kUpdateFeatures, {kAlterCluster}},
    ApiRights{kDescribeCluster, {}},
    ApiRights{kDescribeProducers, {kReadTopic}},
    ApiRights{kDescribeTransactions, {kDescribeTransaction, kDescribeTopic}},
    ApiRights{kListTransactions, {kDescribeTransaction}},
    ApiRights{kConsumerGroupHeartbeat, {kReadGroup, kDescribeTopic}},
    ApiRights{kConsumerGroupDescribe, {kDescribeGroup, kDescribeTopic}},
    ApiRights{kListConfigResources, {kDescribeClusterConfigs}},
    ApiRights{kDescribeTopicPartitions, {kDescribeTopic}},
};

consteval Needs needs_of(const Api& api) {
  for (const ApiRights& rights : kRights) {
    if (rights.api.key == api.key) return rights.needs;
  }
  check(false, "an API without a line in kRights");  // does not compile
  return {};
}

template <size_t N>
consteval std::array<ApiRow, N> with_rights(std::array<ApiRow, N> rows) {
  for (ApiRow& row : rows) row.needs = needs_of(row.api);
  return rows;
}

// API, versions served, advertised from, order, handler.
//
// Old librdkafka (before 2.11) compresses only for brokers that advertise Produce from version 0,
// and joins groups only where the group APIs do; it never sends these Produce versions.
constexpr auto kRows = with_rights(std::array{
    ApiRow{kProduce, 3, 13, 0, eager, produce},
    ApiRow{kFetch, 4, 17, 4, deferred, fetch},
    ApiRow{kListOffsets, 1, 10, 1, deferred, list_offsets},
    ApiRow{kMetadata, 0, 13, 0, deferred, metadata},
    ApiRow{kOffsetCommit, 2, 10, 2, deferred, offset_commit},
    ApiRow{kOffsetFetch, 1, 10, 1, deferred, offset_fetch},
    ApiRow{kFindCoordinator, 0, 6, 0, deferred, find_coordinator},
    ApiRow{kJoinGroup, 0, 9, 0, deferred, join_group},
    ApiRow{kHeartbeat, 0, 4, 0, deferred, heartbeat},
    ApiRow{kLeaveGroup, 0, 5, 0, deferred, leave_group},
    ApiRow{kSyncGroup, 0, 5, 0, deferred, sync_group},
    ApiRow{kDescribeGroups, 0, 6, 0, deferred, describe_groups},
    ApiRow{kListGroups, 0, 5, 0, deferred, list_groups},
    ApiRow{kSaslHandshake, 0, 1, 0, deferred, sasl_handshake},
    ApiRow{kApiVersions, 0, 4, 0, deferred, api_versions},
    ApiRow{kCreateTopics, 2, 7, 2, deferred, create_topics},
    ApiRow{kDeleteTopics, 1, 6, 1, deferred, delete_topics},
    ApiRow{kDeleteRecords, 0, 2, 0, deferred, delete_records},
    ApiRow{kInitProducerId, 0, 5, 0, deferred, init_producer_id},
    ApiRow{kOffsetForLeaderEpoch, 2, 4, 2, deferred, offset_for_leader_epoch},
    ApiRow{kAddPartitionsToTxn, 0, 5, 0, deferred, add_partitions_to_txn},
    ApiRow{kAddOffsetsToTxn, 0, 4, 0, deferred, add_offsets_to_txn},
    ApiRow{kEndTxn, 0, 5, 0, deferred, end_txn},
    ApiRow{kWriteTxnMarkers, 1, 2, 1, deferred, write_txn_markers},
    ApiRow{kTxnOffsetCommit, 0, 5, 0, deferred, txn_offset_commit},
    ApiRow{kDescribeAcls, 1, 3, 1, deferred, describe_acls},
    ApiRow{kCreateAcls, 1, 3, 1, deferred, create_acls},
    ApiRow{kDeleteAcls, 1, 3, 1, deferred, delete_acls},
    ApiRow{kDescribeConfigs, 1, 4, 1, deferred, describe_configs},
    ApiRow{kAlterConfigs, 0, 2, 0, deferred, alter_configs},
    ApiRow{kAlterReplicaLogDirs, 1, 2, 1, deferred, alter_replica_log_dirs},
    ApiRow{kDescribeLogDirs, 1, 4, 1, deferred, describe_log_dirs},
    ApiRow{kSaslAuthenticate, 0, 2, 0, deferred, sasl_authenticate},
    ApiRow{kCreatePartitions, 0, 3, 0, deferred, create_partitions},
    ApiRow{kDeleteGroups, 0, 2, 0, deferred, delete_groups},
    ApiRow{kElectLeaders, 0, 2, 0, deferred, elect_leaders},
    ApiRow{kIncrementalAlterConfigs, 0, 1, 0, deferred, incremental_alter_configs},
    ApiRow{kAlterPartitionReassignments, 0, 1, 0, deferred, alter_partition_reassignments},
    ApiRow{kListPartitionReassignments, 0, 0, 0, deferred, list_partition_reassignments},
    ApiRow{kOffsetDelete, 0, 0, 0, deferred, offset_delete},
    ApiRow{kDescribeClientQuotas, 0, 1, 0, deferred, describe_client_quotas},
    ApiRow{kAlterClientQuotas, 0, 1, 0, deferred, alter_client_quotas},
    ApiRow{kDescribeUserScramCredentials, 0, 0, 0, deferred, describe_user_scram_credentials},
    ApiRow{kAlterUserScramCredentials, 0, 0, 0, deferred, alter_user_scram_credentials},
    ApiRow{kDescribeQuorum, 0, 2, 0, deferred, describe_quorum},
    ApiRow{kUpdateFeatures, 0, 2, 0, deferred, update_features},
    ApiRow{kDescribeCluster, 0, 2, 0, deferred, describe_cluster},
    ApiRow{kDescribeProducers, 0, 0, 0, deferred, describe_producers},
    ApiRow{kDescribeTransactions, 0, 0, 0, deferred, describe_transactions},
    ApiRow{kListTransactions, 0, 2, 0, deferred, list_transactions},
    ApiRow{kConsumerGroupHeartbeat, 0, 1, 0, deferred, consumer_group_heartbeat},
    ApiRow{kConsumerGroupDescribe, 0, 1, 0, deferred, consumer_group_describe},
    ApiRow{kListConfigResources, 0, 1, 0, deferred, list_config_resources},
    ApiRow{kDescribeTopicPartitions, 0, 0, 0, deferred, describe_topic_partitions},
});

}  // namespace

std::span<const ApiRow> api_rows() {
  return kRows;
}

const ApiRow* find_api_row(int16_t key) {
  const auto* row = std::ranges::find(kRows, key, [](const ApiRow& one) { return one.api.key; });
  return row == kRows.end() ? nullptr : row;
}

}  // namespace tarn::kafka_server
