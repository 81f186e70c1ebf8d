// The broker's own settings under Kafka's names, for tools that ask a broker for them.
#pragma once

#include <vector>

#include "services/broker/broker.h"
#include "services/broker/topic_config.h"

namespace tarn::broker {

// Sorted by name. What cannot be changed while the broker runs is read-only.
std::vector<ConfigEntry> describe_broker_config(const BrokerOptions& options,
                                                const BrokerConfigs& configs);

}  // namespace tarn::broker
