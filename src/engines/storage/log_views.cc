#include "engines/storage/log_views.h"

#include <algorithm>
#include <mutex>

namespace tarn::storage {

void LogViews::publish(Changes changes) {
  const std::lock_guard lock(mutex_);
  for (auto& [id, view] : changes.written) {
    const auto found = logs_.find(id);
    const bool is_repaired = std::ranges::find(changes.repaired, id) != changes.repaired.end();
    if (found != logs_.end() && !is_repaired)
      view.state.quarantined |= found->second.state.quarantined;
    logs_.insert_or_assign(id, std::move(view));
  }
  for (LogId id : changes.deleted) logs_.erase(id);
  for (auto& [key, value] : changes.metadata) {
    if (value) {
      metadata_.insert_or_assign(key, *std::move(value));
    } else {
      metadata_.erase(key);
    }
  }
}

std::optional<LogView> LogViews::find(LogId log) const {
  const std::shared_lock lock(mutex_);
  const auto found = logs_.find(log);
  if (found == logs_.end()) return std::nullopt;
  return found->second;
}

std::map<LogId, LogState> LogViews::states() const {
  const std::shared_lock lock(mutex_);
  std::map<LogId, LogState> states;
  for (const auto& [id, view] : logs_) states.emplace(id, view.state);
  return states;
}

Metadata LogViews::metadata() const {
  const std::shared_lock lock(mutex_);
  return metadata_;
}

bool LogViews::is_quarantined(LogId log) const {
  const std::shared_lock lock(mutex_);
  const auto found = logs_.find(log);
  return found != logs_.end() && found->second.state.quarantined;
}

bool LogViews::quarantine(LogId log) {
  const std::lock_guard lock(mutex_);
  const auto found = logs_.find(log);
  if (found == logs_.end() || found->second.state.quarantined) return false;
  found->second.state.quarantined = true;
  return true;
}

}  // namespace tarn::storage
