// Fetches that wait for records.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/intrusive/list.hpp>

#include "base/ids.h"
#include "platform/os/clock.h"
#include "platform/runtime/event.h"
#include "platform/runtime/task.h"

namespace tarn::broker {

class LongPolls;

// One waiting fetch. From its construction on it counts the bytes that are committed to its logs;
// it leaves the waiting lists when it is destroyed. I/O thread.
class LongPoll {
 public:
  LongPoll(LongPolls& polls, boost::asio::any_io_executor executor, std::span<const LogId> logs);
  LongPoll(const LongPoll&) = delete;
  LongPoll& operator=(const LongPoll&) = delete;

  // Returns when so many bytes have come since construction, something else has changed (a log went
  // away, the broker stops), or at the deadline: then false.
  runtime::Awaitable<bool> wait(uint64_t bytes, os::MonotonicTime deadline);

 private:
  friend class LongPolls;
  struct Hook : boost::intrusive::list_base_hook<
                    boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    LongPoll* poll = nullptr;
  };
  void count(uint64_t bytes);
  void wake();

  uint64_t bytes_come_ = 0;
  uint64_t bytes_wanted_ = UINT64_MAX;
  bool is_woken_ = false;
  runtime::Event event_;
  std::vector<Hook> hooks_;  // one for each log
};

// Who waits for which log.
class LongPolls {
 public:
  void committed(LogId log, uint64_t bytes);
  // The log is gone, or something else happened that its readers must look at.
  void changed(LogId log);
  void removed(LogId log);
  // From now on nobody waits.
  void close();
  [[nodiscard]] bool is_closed() const { return is_closed_; }

 private:
  friend class LongPoll;
  using List = boost::intrusive::list<LongPoll::Hook, boost::intrusive::constant_time_size<false>>;
  std::unordered_map<LogId, List> waiting_;
  bool is_closed_ = false;
};

}  // namespace tarn::broker
