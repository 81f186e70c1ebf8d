#include "services/broker/long_polls.h"

namespace tarn::broker {

LongPoll::LongPoll(LongPolls& polls, boost::asio::any_io_executor executor,
                   std::span<const LogId> logs)
    : is_woken_(polls.is_closed_), event_(std::move(executor)), hooks_(logs.size()) {
  for (size_t i = 0; i < logs.size(); ++i) {
    hooks_[i].poll = this;
    polls.waiting_[logs[i]].push_back(hooks_[i]);
  }
}

runtime::Awaitable<bool> LongPoll::wait(uint64_t bytes, os::MonotonicTime deadline) {
  bytes_wanted_ = bytes;
  bool in_time = true;
  while (in_time && !is_woken_ && bytes_come_ < bytes_wanted_) {
    in_time = co_await event_.wait_until(deadline);
  }
  co_return in_time;
}

void LongPoll::count(uint64_t bytes) {
  bytes_come_ += bytes;
  if (bytes_come_ >= bytes_wanted_) event_.notify_all();
}

void LongPoll::wake() {
  is_woken_ = true;
  event_.notify_all();
}

void LongPolls::committed(LogId log, uint64_t bytes) {
  const auto found = waiting_.find(log);
  if (found == waiting_.end()) return;
  for (LongPoll::Hook& hook : found->second) hook.poll->count(bytes);
}

void LongPolls::changed(LogId log) {
  const auto found = waiting_.find(log);
  if (found == waiting_.end()) return;
  for (LongPoll::Hook& hook : found->second) hook.poll->wake();
}

void LongPolls::removed(LogId log) {
  changed(log);
  waiting_.erase(log);
}

void LongPolls::close() {
  is_closed_ = true;
  for (auto& [log, list] : waiting_) {
    for (LongPoll::Hook& hook : list) hook.poll->wake();
  }
}

}  // namespace tarn::broker
