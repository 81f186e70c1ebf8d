// Settings that the broker itself goes by and that are changed while it runs (KIP-226), beside the
// defaults of topics (dynamic_config.h).
#pragma once

#include <string_view>

#include "base/time.h"
#include "services/broker/topic_config.h"

namespace tarn::broker {

// invalid_config, with the key, what was given and what is allowed; also for a key that is none.
Answer<void> check_own_config(std::string_view name, std::string_view value);
bool is_own_config(std::string_view name);

// log.cleaner.backoff.ms: how long the broker waits before it looks again for what is to be
// compacted. at_start: what holds while nothing is set.
Millis compaction_interval(const BrokerConfigs& configs, Millis at_start);

// For DescribeConfigs. by_default: what at_start is when nobody has chosen another.
std::vector<ConfigEntry> describe_own_config(const BrokerConfigs& configs, Millis at_start,
                                             Millis by_default);

}  // namespace tarn::broker
