// When a source polls.
#pragma once

#include <optional>

#include "base/time.h"
#include "edges/sources/http_options.h"

namespace tarn::sources {

// The next poll after one that began at `begun` (none: there was none). spread: polls are at least
// so far apart, for the quota to last. Slots that passed while nobody polled are not made up for.
// A clock that was set back delays no poll by more than its interval.
Timestamp next_poll(const Schedule& schedule, std::optional<Timestamp> begun, Millis spread,
                    Timestamp now);

}  // namespace tarn::sources
