// Every message that is described, with the versions that are: the list that the tests and the
// fuzzer go through.
#pragma once

#include "formats/kafka_protocol/acls.h"
#include "formats/kafka_protocol/add_to_transaction.h"
#include "formats/kafka_protocol/alter_configs.h"
#include "formats/kafka_protocol/api_versions.h"
#include "formats/kafka_protocol/client_quotas.h"
#include "formats/kafka_protocol/consumer_groups.h"
#include "formats/kafka_protocol/create_partitions.h"
#include "formats/kafka_protocol/create_topics.h"
#include "formats/kafka_protocol/delete_records.h"
#include "formats/kafka_protocol/delete_topics.h"
#include "formats/kafka_protocol/describe_cluster.h"
#include "formats/kafka_protocol/describe_configs.h"
#include "formats/kafka_protocol/describe_producers.h"
#include "formats/kafka_protocol/describe_quorum.h"
#include "formats/kafka_protocol/describe_topic_partitions.h"
#include "formats/kafka_protocol/describe_transactions.h"
#include "formats/kafka_protocol/end_transaction.h"
#include "formats/kafka_protocol/fetch.h"
#include "formats/kafka_protocol/find_coordinator.h"
#include "formats/kafka_protocol/groups.h"
#include "formats/kafka_protocol/init_producer_id.h"
#include "formats/kafka_protocol/leader_epochs.h"
#include "formats/kafka_protocol/leaders.h"
#include "formats/kafka_protocol/leave_group.h"
#include "formats/kafka_protocol/list_config_resources.h"
#include "formats/kafka_protocol/list_offsets.h"
#include "formats/kafka_protocol/log_dirs.h"
#include "formats/kafka_protocol/membership.h"
#include "formats/kafka_protocol/metadata.h"
#include "formats/kafka_protocol/offset_commit.h"
#include "formats/kafka_protocol/offset_delete.h"
#include "formats/kafka_protocol/offset_fetch.h"
#include "formats/kafka_protocol/produce.h"
#include "formats/kafka_protocol/sasl.h"
#include "formats/kafka_protocol/scram_users.h"
#include "formats/kafka_protocol/transaction_offsets.h"
#include "formats/kafka_protocol/update_features.h"
#include "formats/kafka_protocol/write_markers.h"

namespace tarn::kafka_protocol {

// Calls visit.template operator()<Request, Response>(first version, last version) for each.
void for_each_message(auto visit) {
  visit.template operator()<ProduceRequest, ProduceResponse>(3, 13);
  visit.template operator()<FetchRequest, FetchResponse>(4, 17);
  visit.template operator()<ListOffsetsRequest, ListOffsetsResponse>(1, 10);
  visit.template operator()<MetadataRequest, MetadataResponse>(0, 13);
  visit.template operator()<OffsetCommitRequest, OffsetCommitResponse>(2, 10);
  visit.template operator()<OffsetFetchRequest, OffsetFetchResponse>(1, 10);
  visit.template operator()<FindCoordinatorRequest, FindCoordinatorResponse>(0, 6);
  visit.template operator()<JoinGroupRequest, JoinGroupResponse>(0, 9);
  visit.template operator()<HeartbeatRequest, HeartbeatResponse>(0, 4);
  visit.template operator()<LeaveGroupRequest, LeaveGroupResponse>(0, 5);
  visit.template operator()<SyncGroupRequest, SyncGroupResponse>(0, 5);
  visit.template operator()<DescribeGroupsRequest, DescribeGroupsResponse>(0, 6);
  visit.template operator()<ListGroupsRequest, ListGroupsResponse>(0, 5);
  visit.template operator()<SaslHandshakeRequest, SaslHandshakeResponse>(0, 1);
  visit.template operator()<ApiVersionsRequest, ApiVersionsResponse>(0, 4);
  visit.template operator()<CreateTopicsRequest, CreateTopicsResponse>(2, 7);
  visit.template operator()<DeleteTopicsRequest, DeleteTopicsResponse>(1, 6);
  visit.template operator()<DeleteRecordsRequest, DeleteRecordsResponse>(0, 2);
  visit.template operator()<InitProducerIdRequest, InitProducerIdResponse>(0, 5);
  visit.template operator()<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>(2, 4);
  visit.template operator()<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(0, 5);
  visit.template operator()<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>(0, 4);
  visit.template operator()<EndTxnRequest, EndTxnResponse>(0, 5);
  visit.template operator()<WriteTxnMarkersRequest, WriteTxnMarkersResponse>(1, 2);
  visit.template operator()<TxnOffsetCommitRequest, TxnOffsetCommitResponse>(0, 5);
  visit.template operator()<DescribeAclsRequest, DescribeAclsResponse>(1, 3);
  visit.template operator()<CreateAclsRequest, CreateAclsResponse>(1, 3);
  visit.template operator()<DeleteAclsRequest, DeleteAclsResponse>(1, 3);
  visit.template operator()<DescribeConfigsRequest, DescribeConfigsResponse>(1, 4);
  visit.template operator()<AlterConfigsRequest, AlterConfigsResponse>(0, 2);
  visit.template operator()<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>(1, 2);
  visit.template operator()<DescribeLogDirsRequest, DescribeLogDirsResponse>(1, 4);
  visit.template operator()<SaslAuthenticateRequest, SaslAuthenticateResponse>(0, 2);
  visit.template operator()<CreatePartitionsRequest, CreatePartitionsResponse>(0, 3);
  visit.template operator()<DeleteGroupsRequest, DeleteGroupsResponse>(0, 2);
  visit.template operator()<ElectLeadersRequest, ElectLeadersResponse>(0, 2);
  visit.template operator()<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(0, 1);
  visit.template
  operator()<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(0, 1);
  visit.template operator()<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>(
      0, 0);
  visit.template operator()<OffsetDeleteRequest, OffsetDeleteResponse>(0, 0);
  visit.template operator()<DescribeClientQuotasRequest, DescribeClientQuotasResponse>(0, 1);
  visit.template operator()<AlterClientQuotasRequest, AlterClientQuotasResponse>(0, 1);
  visit.template
  operator()<DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse>(0, 0);
  visit.template operator()<AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse>(0,
                                                                                                 0);
  visit.template operator()<DescribeQuorumRequest, DescribeQuorumResponse>(0, 2);
  visit.template operator()<UpdateFeaturesRequest, UpdateFeaturesResponse>(0, 2);
  visit.template operator()<DescribeClusterRequest, DescribeClusterResponse>(0, 2);
  visit.template operator()<DescribeProducersRequest, DescribeProducersResponse>(0, 0);
  visit.template operator()<DescribeTransactionsRequest, DescribeTransactionsResponse>(0, 0);
  visit.template operator()<ListTransactionsRequest, ListTransactionsResponse>(0, 2);
  visit.template operator()<ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse>(0, 1);
  visit.template operator()<ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse>(0, 1);
  visit.template operator()<ListConfigResourcesRequest, ListConfigResourcesResponse>(0, 1);
  visit.template operator()<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>(0, 0);
}

}  // namespace tarn::kafka_protocol
