// The APIs of Kafka's wire protocol that are known here (https://kafka.apache.org/protocol).
#pragma once

#include <cstdint>
#include <string_view>

namespace tarn::kafka_protocol {

struct Api {
  int16_t key = -1;
  std::string_view name;
  // From this version on lengths are varints and structures end in tagged fields (KIP-482).
  int16_t flexible_from = 0;

  [[nodiscard]] constexpr bool is_flexible(int16_t version) const {
    return version >= flexible_from;
  }
};

inline constexpr int16_t kNeverFlexible = INT16_MAX;

inline constexpr Api kProduce{0, "Produce", 9};
inline constexpr Api kFetch{1, "Fetch", 12};
inline constexpr Api kListOffsets{2, "ListOffsets", 6};
inline constexpr Api kMetadata{3, "Metadata", 9};
inline constexpr Api kOffsetCommit{8, "OffsetCommit", 8};
inline constexpr Api kOffsetFetch{9, "OffsetFetch", 6};
inline constexpr Api kFindCoordinator{10, "FindCoordinator", 3};
inline constexpr Api kJoinGroup{11, "JoinGroup", 6};
inline constexpr Api kHeartbeat{12, "Heartbeat", 4};
inline constexpr Api kLeaveGroup{13, "LeaveGroup", 4};
inline constexpr Api kSyncGroup{14, "SyncGroup", 4};
inline constexpr Api kDescribeGroups{15, "DescribeGroups", 5};
inline constexpr Api kListGroups{16, "ListGroups", 3};
inline constexpr Api kSaslHandshake{17, "SaslHandshake", kNeverFlexible};
inline constexpr Api kApiVersions{18, "ApiVersions", 3};
inline constexpr Api kCreateTopics{19, "CreateTopics", 5};
inline constexpr Api kDeleteTopics{20, "DeleteTopics", 4};
inline constexpr Api kDeleteRecords{21, "DeleteRecords", 2};
inline constexpr Api kInitProducerId{22, "InitProducerId", 2};
inline constexpr Api kOffsetForLeaderEpoch{23, "OffsetForLeaderEpoch", 4};
inline constexpr Api kAddPartitionsToTxn{24, "AddPartitionsToTxn", 3};
inline constexpr Api kAddOffsetsToTxn{25, "AddOffsetsToTxn", 3};
inline constexpr Api kEndTxn{26, "EndTxn", 3};
inline constexpr Api kWriteTxnMarkers{27, "WriteTxnMarkers", 1};
inline constexpr Api kTxnOffsetCommit{28, "TxnOffsetCommit", 3};
inline constexpr Api kDescribeAcls{29, "DescribeAcls", 2};
inline constexpr Api kCreateAcls{30, "CreateAcls", 2};
inline constexpr Api kDeleteAcls{31, "DeleteAcls", 2};
inline constexpr Api kDescribeConfigs{32, "DescribeConfigs", 4};
inline constexpr Api kAlterConfigs{33, "AlterConfigs", 2};
inline constexpr Api kAlterReplicaLogDirs{34, "AlterReplicaLogDirs", 2};
inline constexpr Api kDescribeLogDirs{35, "DescribeLogDirs", 2};
inline constexpr Api kSaslAuthenticate{36, "SaslAuthenticate", 2};
inline constexpr Api kCreatePartitions{37, "CreatePartitions", 2};
inline constexpr Api kDeleteGroups{42, "DeleteGroups", 2};
inline constexpr Api kElectLeaders{43, "ElectLeaders", 2};
inline constexpr Api kIncrementalAlterConfigs{44, "IncrementalAlterConfigs", 1};
inline constexpr Api kAlterPartitionReassignments{45, "AlterPartitionReassignments", 0};
inline constexpr Api kListPartitionReassignments{46, "ListPartitionReassignments", 0};
inline constexpr Api kOffsetDelete{47, "OffsetDelete", kNeverFlexible};
inline constexpr Api kDescribeClientQuotas{48, "DescribeClientQuotas", 1};
inline constexpr Api kAlterClientQuotas{49, "AlterClientQuotas", 1};
inline constexpr Api kDescribeUserScramCredentials{50, "DescribeUserScramCredentials", 0};
inline constexpr Api kAlterUserScramCredentials{51, "AlterUserScramCredentials", 0};
inline constexpr Api kDescribeQuorum{55, "DescribeQuorum", 0};
inline constexpr Api kUpdateFeatures{57, "UpdateFeatures", 0};
inline constexpr Api kDescribeCluster{60, "DescribeCluster", 0};
inline constexpr Api kDescribeProducers{61, "DescribeProducers", 0};
inline constexpr Api kDescribeTransactions{65, "DescribeTransactions", 0};
inline constexpr Api kListTransactions{66, "ListTransactions", 0};
inline constexpr Api kConsumerGroupHeartbeat{68, "ConsumerGroupHeartbeat", 0};
inline constexpr Api kConsumerGroupDescribe{69, "ConsumerGroupDescribe", 0};
inline constexpr Api kListConfigResources{74, "ListConfigResources", 0};
inline constexpr Api kDescribeTopicPartitions{75, "DescribeTopicPartitions", 0};

}  // namespace tarn::kafka_protocol
