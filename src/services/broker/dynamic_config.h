// Settings of brokers that are changed while they run (KIP-226): what topics take over that say
// nothing themselves.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "services/broker/topic_config.h"

namespace tarn::broker {

// Kafka's brokers show a default for topics under an older name of their own.
struct InheritedKey {
  std::string_view broker_name;
  std::string_view topic_name;
};
std::span<const InheritedKey> inherited_keys();

// Which brokers a setting is for. There is one, but tools speak to all or to it.
enum class BrokerScope { all, this_one };

std::string broker_config_key(BrokerScope scope);

// invalid_config, with the key, what was given and what is allowed.
Answer<void> check_broker_config(const ConfigMap& config);

// As metadata of the storage engine (docs/formats/broker-metadata.md). Errors: corrupt.
Bytes encode_broker_config(const ConfigMap& config);
Result<ConfigMap> decode_broker_config(BytesView bytes);

}  // namespace tarn::broker
