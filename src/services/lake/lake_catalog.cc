#include "services/lake/lake_catalog.h"

#include "services/lake/topic_rows.h"
#include "services/lake/wait_for.h"

namespace tarn::lake {
namespace {

runtime::Task<TopicRange> range_of(log::Log* log, std::string name) {
  TopicRange range;
  for (const auto& topic : CO_TRY(co_await log->topics())) {
    if (topic.name.value() != name) continue;
    for (int32_t index = 0; index < topic.partitions; ++index) {
      const TopicPartition partition{topic.name, PartitionId(index)};
      const auto offsets = CO_TRY(co_await log->offsets(partition));
      range.partitions[partition] = {offsets.start, offsets.last_stable};
    }
    co_return range;
  }
  co_return Error(ErrorCode::not_found, "there is no topic " + name);
}

}  // namespace

Result<sql::TableSnapshotPtr> LakeCatalog::table(const std::string& name) {
  return views_.table(name);
}

std::vector<std::string> LakeCatalog::table_names() {
  return views_.names();
}

Result<sql::TableSnapshotPtr> LakeCatalog::topic(const std::string& name) {
  auto range = TRY(wait_for(executor_, range_of(&log_, name)));
  auto snapshot = std::make_shared<sql::TableSnapshot>();
  snapshot->schema = topic_schema();
  snapshot->rows = [this, range = std::move(range)]() -> std::unique_ptr<sql::RowSource> {
    return std::make_unique<TopicRows>(log_, executor_, range);
  };
  return snapshot;
}

std::vector<std::string> LakeCatalog::topic_names() {
  std::vector<std::string> names;
  auto topics = wait_for(executor_, log_.topics());
  if (!topics) return names;
  for (const auto& topic : *topics) {
    if (!topic.internal) names.push_back(topic.name.value());
  }
  return names;
}

}  // namespace tarn::lake
