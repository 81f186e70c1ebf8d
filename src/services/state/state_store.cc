#include "services/state/state_store.h"

#include "formats/record/batch_builder.h"
#include "formats/record/record_reader.h"

namespace tarn::state {
namespace {

// What retention leaves must hold a whole rewrite: at worst the bytes between two rewrites, and two
// rewrites of all that may be alive.
constexpr int64_t kRetentionBytes = 64 << 20;
constexpr int64_t kSegmentBytes = 8 << 20;

log::TopicConfig topic_config() {
  return {{"cleanup.policy", "delete"},
          {"retention.ms", "-1"},
          {"retention.bytes", std::to_string(kRetentionBytes)},
          {"segment.bytes", std::to_string(kSegmentBytes)}};
}

size_t bytes_of(const std::string& key, const std::optional<std::string>& value) {
  return key.size() + (value ? value->size() : 0);
}

record::Record as_record(Timestamp now, const std::string& key,
                         const std::optional<std::string>& value) {
  record::Record record{.timestamp = now, .key = as_bytes(key)};
  if (value) record.value = as_bytes(*value);
  return record;
}

}  // namespace

StateStore::StateStore(log::Log& log, const os::Clock& clock, StateOptions options)
    : log_(log), clock_(clock), options_(std::move(options)) {}

runtime::Task<void> StateStore::load() {
  CO_TRY(co_await log_.ensure_topic({options_.topic, 1, topic_config()}));
  const TopicPartition from{options_.topic, PartitionId(0)};
  const auto offsets = CO_TRY(co_await log_.offsets(from));
  for (Offset next = offsets.start; next < offsets.last_stable;) {
    const auto read = CO_TRY(co_await log_.read(from, next, {}));
    if (read.next <= next) break;
    for (const SharedBytes& batch : read.batches) {
      CO_TRY(replay(batch.view()).with_context("reading the state in " + options_.topic.value()));
    }
    next = read.next;
  }
  co_return Status();
}

Status StateStore::replay(BytesView batch) {
  bytes_since_rewrite_ += batch.size();
  return record::for_each_record(batch, [this](const record::Record& record) -> Status {
    if (!record.key) return {};
    Changes change;
    auto& value = change[std::string(as_text(*record.key))];
    if (record.value) value = std::string(as_text(*record.value));
    apply(change);
    return {};
  });
}

std::optional<std::string> StateStore::get(const std::string& key) const {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  return found->second;
}

std::map<std::string, std::string> StateStore::list(std::string_view prefix) const {
  std::map<std::string, std::string> found;
  for (auto entry = entries_.lower_bound(std::string(prefix));
       entry != entries_.end() && entry->first.starts_with(prefix); ++entry) {
    found.insert(*entry);
  }
  return found;
}

runtime::Task<void> StateStore::put(std::string key, std::string json) {
  Changes changes;
  changes.emplace(std::move(key), std::move(json));
  CO_TRY(co_await commit({}, std::move(changes)));
  co_return Status();
}

runtime::Task<std::vector<Offset>> StateStore::commit(std::vector<log::RecordBatch> records,
                                                      Changes changes) {
  CO_TRY(check_size(changes));
  auto batches = std::move(records);
  const size_t record_batches = batches.size();
  // A rewrite must not put an old value behind a newer one that is on its way.
  const bool rewrites = bytes_since_rewrite_ >= options_.rewrite_bytes && commits_under_way_ == 0;
  if (rewrites) {
    bytes_since_rewrite_ = 0;
    write(all_entries(), batches);
  }
  write(changes, batches);
  for (size_t i = record_batches; i < batches.size(); ++i) {
    bytes_since_rewrite_ += batches[i].batch.size();
  }
  struct UnderWay {
    size_t& count;
    explicit UnderWay(size_t& counter) : count(counter) { ++count; }
    ~UnderWay() { --count; }
  } under_way(commits_under_way_);
  auto offsets = CO_TRY(co_await log_.append(std::move(batches)));
  apply(changes);
  offsets.resize(record_batches);
  co_return offsets;
}

Status StateStore::check_size(const Changes& changes) const {
  size_t added = 0;
  for (const auto& [key, value] : changes) {
    const size_t bytes = bytes_of(key, value);
    if (bytes > options_.batch_bytes_max) {
      return Error(ErrorCode::resource_exhausted, "the state '" + key + "' has " +
                                                      std::to_string(bytes) + " bytes, more than " +
                                                      std::to_string(options_.batch_bytes_max));
    }
    if (value) added += bytes;
  }
  if (live_bytes_ + added <= options_.live_bytes_max) return {};
  return Error(ErrorCode::resource_exhausted,
               "the state in " + options_.topic.value() + " would grow beyond " +
                   std::to_string(options_.live_bytes_max) + " bytes");
}

StateStore::Changes StateStore::all_entries() const {
  Changes all;
  for (const auto& [key, value] : entries_) all.emplace(key, value);
  return all;
}

void StateStore::write(const Changes& changes, std::vector<log::RecordBatch>& batches) const {
  const TopicPartition to{options_.topic, PartitionId(0)};
  record::BatchBuilder builder;
  for (const auto& [key, value] : changes) {
    if (!builder.empty() &&
        builder.plain_bytes() + bytes_of(key, value) > options_.batch_bytes_max) {
      batches.push_back({to, std::move(builder).finish()});
      builder = record::BatchBuilder();
    }
    builder.add(as_record(clock_.now(), key, value));
  }
  if (!builder.empty()) batches.push_back({to, std::move(builder).finish()});
}

void StateStore::apply(const Changes& changes) {
  for (const auto& [key, value] : changes) {
    const auto found = entries_.find(key);
    if (found != entries_.end()) {
      live_bytes_ -= bytes_of(key, found->second);
      entries_.erase(found);
    }
    if (!value) continue;
    live_bytes_ += bytes_of(key, value);
    entries_.emplace(key, *value);
  }
}

}  // namespace tarn::state
