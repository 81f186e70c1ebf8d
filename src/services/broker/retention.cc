#include "services/broker/retention.h"

#include <algorithm>

#include "platform/os/thread_priority.h"

namespace tarn::broker {

void Retention::hold(const std::string& holder, log::Hold needs) {
  holds_[holder] = std::move(needs);
}

std::optional<HeldRecords> Retention::held(const TopicPartition& of) const {
  std::optional<HeldRecords> lowest;
  for (const auto& [holder, needs] : holds_) {
    if (std::ranges::find(needs.topics, of.topic) == needs.topics.end()) continue;
    const auto said = needs.from.find(of);
    const Offset from = said == needs.from.end() ? Offset(0) : said->second;
    if (!lowest || from < lowest->from) lowest = HeldRecords{.holder = holder, .from = from};
  }
  if (!lowest) return lowest;
  const auto log = parts_.topics.log_of(of);
  const auto bytes = log ? held_bytes_.find(*log) : held_bytes_.end();
  if (bytes != held_bytes_.end()) lowest->bytes = bytes->second;
  return lowest;
}

storage::RetentionHolds Retention::holds() const {
  storage::RetentionHolds holds{.from = {}, .disk_free_min = drop_held_below_};
  for (const auto& [name, topic] : parts_.topics.all()) {
    for (int32_t i = 0; i < topic.partition_count(); ++i) {
      const auto held_now = held({name, PartitionId(i)});
      if (held_now) holds.from[topic.partitions[static_cast<size_t>(i)]] = held_now->from;
    }
  }
  return holds;
}

runtime::Task<void> Retention::run() {
  if (!has_begun_) co_return Status();
  auto held = CO_TRY(co_await parts_.pool.run(
      [this, holds = holds()] { return parts_.engine.apply_retention(holds); }));
  show(std::move(held));
  co_return Status();
}

runtime::Task<void> Retention::compact(runtime::BlockingPool* pool, std::stop_token stop) {
  if (!has_begun_) co_return Status();
  auto needs = holds();
  needs.disk_free_min = 0;  // it makes room slowly, and nobody could tell what was missing
  CO_TRY(co_await pool->run([this, holds = std::move(needs), stop] {
    os::lower_thread_priority();
    return parts_.engine.compact(holds, stop);
  }));
  co_return Status();
}

// Said once, when it begins.
void Retention::show(storage::HeldBytes held) {
  const auto before = std::exchange(held_bytes_, std::move(held));
  for (const auto& [name, topic] : parts_.topics.all()) {
    for (int32_t i = 0; i < topic.partition_count(); ++i) {
      const LogId log = topic.partitions[static_cast<size_t>(i)];
      if (!held_bytes_.contains(log) || before.contains(log)) continue;
      const auto held_now = this->held({name, PartitionId(i)});
      if (!held_now) continue;
      parts_.logger.warn("records past their retention are kept for who still needs them",
                         {{"topic", name.value()},
                          {"partition", i},
                          {"holder", held_now->holder},
                          {"from", held_now->from.value()},
                          {"bytes", held_now->bytes}});
    }
  }
}

}  // namespace tarn::broker
