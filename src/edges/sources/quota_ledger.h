// The calls that are left, shared by the sources that use the same key.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/quota.h"
#include "platform/os/clock.h"
#include "platform/runtime/task.h"
#include "services/state/state_store.h"

namespace tarn::sources {

// A call is counted durably before it is made: after a crash a call may be counted that was never
// made, never the other way round. All calls on the state store's thread.
class QuotaLedger {
 public:
  // state: loaded before the first call of a function.
  QuotaLedger(state::StateStore& state, const os::Clock& clock);

  // What a bucket is called: a hash, so that keys are nowhere to be read.
  static std::string bucket_of(std::string_view secret_key);

  // A source that will draw from the bucket; spreading shares what is left among them.
  void join(const std::string& bucket);
  void leave(const std::string& bucket);

  // resource_exhausted when the period's calls are used up.
  runtime::Task<void> reserve(std::string bucket, Quota quota);

  [[nodiscard]] int64_t calls_left(const std::string& bucket, const Quota& quota) const;
  [[nodiscard]] Timestamp resets_at(const std::string& bucket, const Quota& quota) const;
  // How far apart polls of `calls_per_poll` calls must be for the rest to last until the period
  // ends.
  [[nodiscard]] Millis spread(const std::string& bucket, const Quota& quota,
                              int64_t calls_per_poll) const;

 private:
  struct Use {
    Timestamp period_start = Timestamp::min();
    int64_t calls = 0;
  };
  struct Bucket {
    std::optional<Use> use;  // none: as stored
    int64_t members = 0;
  };
  [[nodiscard]] Use use_now(const std::string& bucket, const Quota& quota) const;

  state::StateStore& state_;
  const os::Clock& clock_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace tarn::sources
