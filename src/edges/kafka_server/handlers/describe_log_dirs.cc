#include <algorithm>
#include <filesystem>

#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/log_dirs.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

DescribeLogDirsResponse::Topic describe(const Services& services, const broker::Topic& topic,
                                        const std::vector<int32_t>* wanted) {
  DescribeLogDirsResponse::Topic described{.name = topic.name.value()};
  for (int32_t index = 0; index < topic.partition_count(); ++index) {
    const bool is_wanted = wanted == nullptr || std::ranges::find(*wanted, index) != wanted->end();
    const auto state = services.broker.partition_state({topic.name, PartitionId(index)});
    if (!is_wanted || !state) continue;
    described.partitions.push_back(
        {.partition_index = index, .partition_size = static_cast<int64_t>(state->bytes)});
  }
  return described;
}

DescribeLogDirsResponse handle(Services services, RequestContext, DescribeLogDirsRequest request) {
  DescribeLogDirsResponse response;
  auto& directory = response.results.emplace_back();
  directory.log_dir = services.log_directory;
  std::error_code unknown;
  const auto space = std::filesystem::space(services.log_directory, unknown);
  if (!unknown) {
    directory.total_bytes = static_cast<int64_t>(space.capacity);
    directory.usable_bytes = static_cast<int64_t>(space.available);
  }
  if (!request.topics) {
    for (const auto& [name, topic] : services.broker.topics().all()) {
      directory.topics.push_back(describe(services, topic, nullptr));
    }
    return response;
  }
  for (const auto& wanted : *request.topics) {
    const auto* topic = services.broker.topics().find(TopicName(std::string(wanted.topic)));
    if (topic == nullptr) continue;
    directory.topics.push_back(describe(services, *topic, &wanted.partitions));
  }
  return response;
}

}  // namespace

Result<PendingAnswer> describe_log_dirs(const Services& services, RequestContext context) {
  return deferred<DescribeLogDirsRequest>(services, std::move(context), permits::kCluster, handle);
}

}  // namespace tarn::kafka_server
