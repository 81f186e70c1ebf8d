// What has a configuration.
#pragma once

#include <cstdint>

namespace tarn::kafka_protocol {

inline constexpr int8_t kResourceTopic = 2;
inline constexpr int8_t kResourceBroker = 4;
inline constexpr int8_t kResourceGroup = 32;

}  // namespace tarn::kafka_protocol
