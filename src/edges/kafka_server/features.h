// Features that a cluster agrees on (KIP-584): clients learn from their levels which rules apply.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tarn::kafka_server {

struct Feature {
  std::string_view name;
  int16_t level = 0;  // in force, always
};

inline constexpr std::array kFeatures{
    Feature{"group.version", 1},        // KIP-848: groups whose broker assigns
    Feature{"transaction.version", 2},  // KIP-890: an epoch for each transaction
};

}  // namespace tarn::kafka_server
