#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/log_dirs.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

// There is one directory, where everything lies already.
AlterReplicaLogDirsResponse handle(Services services, RequestContext,
                                   AlterReplicaLogDirsRequest request) {
  AlterReplicaLogDirsResponse response;
  for (const auto& dir : request.dirs) {
    for (const auto& topic : dir.topics) {
      auto& answer = response.results.emplace_back();
      answer.topic_name = topic.name;
      for (const int32_t index : topic.partitions) {
        const bool is_there = services.broker.topics()
                                  .log_of({TopicName(answer.topic_name), PartitionId(index)})
                                  .has_value();
        const auto error = !is_there ? KafkaError::unknown_topic_or_partition
                           : dir.path != services.log_directory ? KafkaError::log_dir_not_found
                                                                : KafkaError::none;
        answer.partitions.push_back({.partition_index = index, .error_code = code(error)});
      }
    }
  }
  return response;
}

Rest permit(const Services&, const Guard& guard, AlterReplicaLogDirsRequest& request,
            AlterReplicaLogDirsResponse& refused) {
  if (guard.may_cluster()) return Rest::to_do;
  using Refused = AlterReplicaLogDirsResponse::Topic;
  const auto error = code(KafkaError::cluster_authorization_failed);
  for (const auto& dir : request.dirs) {
    for (const auto& topic : dir.topics) {
      refused.results.push_back(permits::refuse_topic<Refused>(topic, error));
    }
  }
  return Rest::none;
}

}  // namespace

Result<PendingAnswer> alter_replica_log_dirs(const Services& services, RequestContext context) {
  return deferred<AlterReplicaLogDirsRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
