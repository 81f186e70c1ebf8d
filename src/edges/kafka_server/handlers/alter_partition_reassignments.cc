#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/leaders.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

AlterPartitionReassignmentsResponse::Partition reassign(
    const Services& services, const TopicName& topic,
    const AlterPartitionReassignmentsRequest::Partition& partition) {
  AlterPartitionReassignmentsResponse::Partition answer{.partition_index =
                                                            partition.partition_index};
  const TopicPartition of{topic, PartitionId(partition.partition_index)};
  if (!services.broker.topics().log_of(of)) {
    answer.error_code = code(KafkaError::unknown_topic_or_partition);
  } else if (!partition.replicas) {
    answer.error_code = code(KafkaError::no_reassignment_in_progress);
  } else if (*partition.replicas != std::vector{services.node_id}) {
    answer.error_code = code(KafkaError::invalid_replica_assignment);
    answer.error_message = "the only broker is " + std::to_string(services.node_id);
  }
  return answer;
}

// To where the partition is already: done. To anywhere else: there is nobody else.
AlterPartitionReassignmentsResponse handle(Services services, RequestContext,
                                           AlterPartitionReassignmentsRequest request) {
  AlterPartitionReassignmentsResponse response{.allow_replication_factor_change =
                                                   request.allow_replication_factor_change};
  for (const auto& topic : request.topics) {
    auto& answer = response.responses.emplace_back();
    answer.name = topic.name;
    for (const auto& partition : topic.partitions) {
      answer.partitions.push_back(reassign(services, TopicName(answer.name), partition));
    }
  }
  return response;
}

}  // namespace

Result<PendingAnswer> alter_partition_reassignments(const Services& services,
                                                    RequestContext context) {
  return deferred<AlterPartitionReassignmentsRequest>(services, std::move(context),
                                                      permits::kCluster, handle);
}

}  // namespace tarn::kafka_server
