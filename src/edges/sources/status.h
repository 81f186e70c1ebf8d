// What a source says about itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace tarn::sources {

enum class SourceState {
  starting,
  running,
  waiting_quota,  // calls of the period are used up, or the service says so
  waiting_retry,  // the last call failed in a way that may pass: it is tried again
  failing,        // the last answer was not what was expected: see reason
  paused,
};
std::string_view to_string(SourceState state);  // "running", "waiting: quota", …

struct SourceStatus {
  std::string name;
  std::string topic;
  SourceState state = SourceState::starting;
  std::string reason;  // a sentence; with an excerpt of the answer where that helps
  std::optional<Timestamp> last_poll;
  std::optional<Timestamp> next_call;
  std::optional<int> last_http_status;
  int64_t polls = 0;                  // that came to their end
  int64_t calls = 0;                  // pages and retries included
  int64_t records = 0;                // appended, ever
  int64_t page = 0;                   // of the poll under way; 0: none
  std::optional<int64_t> calls_left;  // of the quota's period
  std::optional<Timestamp> quota_resets;
  std::string pagination;  // what was found: "page number in `page`, until `pages`"
  std::string cursor;      // where the next call goes on; secrets hidden
};

struct LogLine {
  Timestamp at;
  std::string text;
};

}  // namespace tarn::sources
