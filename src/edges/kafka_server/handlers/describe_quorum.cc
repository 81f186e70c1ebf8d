#include "formats/kafka_protocol/describe_quorum.h"

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

constexpr std::string_view kMetadataTopic = "__cluster_metadata";

// A quorum of one, which has nothing to catch up with.
DescribeQuorumResponse handle(Services services, RequestContext context,
                              DescribeQuorumRequest request) {
  DescribeQuorumResponse response;
  response.nodes = {{.node_id = services.node_id,
                     .listeners = {{.name = "CONTROLLER",
                                    .host = context.self.host,
                                    .port = static_cast<int16_t>(context.self.port)}}}};
  for (const auto& topic : request.topics) {
    auto& answer = response.topics.emplace_back();
    answer.topic_name = topic.topic_name;
    for (const auto& partition : topic.partitions) {
      auto& described = answer.partitions.emplace_back();
      described.partition_index = partition.partition_index;
      if (topic.topic_name != kMetadataTopic || partition.partition_index != 0) {
        described.error_code = code(KafkaError::unknown_topic_or_partition);
        continue;
      }
      const int64_t now = unix_millis(services.clock.now());
      described.leader_id = services.node_id;
      described.current_voters = {{.replica_id = services.node_id,
                                   .replica_directory_id = {},
                                   .last_fetch_timestamp = now,
                                   .last_caught_up_timestamp = now}};
    }
  }
  return response;
}

}  // namespace

Result<PendingAnswer> describe_quorum(const Services& services, RequestContext context) {
  return deferred<DescribeQuorumRequest>(services, std::move(context), permits::kCluster, handle);
}

}  // namespace tarn::kafka_server
