#include "edges/sources/page_batches.h"

#include <map>
#include <string>

#include "formats/record/batch_builder.h"
#include "services/log/partitioner.h"

namespace tarn::sources {
namespace {

std::optional<std::string> key_of(json::Value record, const std::optional<json::Pointer>& key) {
  const auto found = key ? key->find(record) : std::nullopt;
  if (!found || found->kind() == json::Kind::null) return std::nullopt;
  return found->kind() == json::Kind::string ? found->text() : found->compact();
}

template <class Visit>
void for_each_record(const std::optional<PageRecords>& records, Visit visit) {
  if (!records) return;
  if (records->whole) {
    visit(records->target);
    return;
  }
  json::Elements elements(records->target);
  while (auto element = elements.next()) visit(*element);
}

class Collector {
 public:
  Collector(const BatchRules& rules, Timestamp now, int64_t page)
      : rules_(rules), now_(now), keyless_(static_cast<int32_t>(page % rules.partitions)) {}

  void add(json::Value element) {
    const std::string value = element.compact();
    const auto key = key_of(element, rules_.key);
    const PartitionId partition =
        key ? log::partition_of_key(as_bytes(*key), rules_.partitions) : keyless_;
    auto& builder = builders_[partition];
    const size_t bytes = value.size() + (key ? key->size() : 0);
    if (!builder.empty() && builder.plain_bytes() + bytes > rules_.batch_bytes_max) {
      finish(partition, builder);
    }
    record::Record record{.timestamp = now_, .value = as_bytes(value)};
    if (key) record.key = as_bytes(*key);
    builder.add(record);
    ++made_.records;
  }

  PageBatches take() && {
    for (auto& [partition, builder] : builders_) {
      if (!builder.empty()) finish(partition, builder);
    }
    return std::move(made_);
  }

 private:
  void finish(PartitionId partition, record::BatchBuilder& builder) {
    made_.batches.push_back({{rules_.topic, partition}, std::move(builder).finish()});
    builder = record::BatchBuilder();
  }

  const BatchRules& rules_;
  Timestamp now_;
  PartitionId keyless_;
  std::map<PartitionId, record::BatchBuilder> builders_;
  PageBatches made_;
};

}  // namespace

PageBatches make_batches(const BatchRules& rules, const std::optional<PageRecords>& records,
                         Timestamp now, int64_t page) {
  Collector collector(rules, now, page);
  for_each_record(records, [&](json::Value element) { collector.add(element); });
  return std::move(collector).take();
}

int64_t count_records(const std::optional<PageRecords>& records) {
  int64_t count = 0;
  for_each_record(records, [&](json::Value) { ++count; });
  return count;
}

}  // namespace tarn::sources
