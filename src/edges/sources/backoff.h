// How long to wait before a failed call is made again.
#pragma once

#include <optional>

#include "base/random.h"
#include "base/time.h"

namespace tarn::sources {

struct BackoffOptions {
  Millis first{1'000};
  Millis most{300'000};
};

// Doubles with each attempt (the first is 1) up to the most, and takes a random half of that away
// or not, so that many sources do not come back together. What the service asked for is the least.
Millis backoff(const BackoffOptions& options, int attempt, std::optional<Millis> asked_for,
               Random& random);

}  // namespace tarn::sources
