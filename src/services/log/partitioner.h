// Which partition a key belongs to.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/ids.h"

namespace tarn::log {

// As Kafka's Java clients place keys by default (murmur2), so that a key's records stay together
// whoever writes them. partitions > 0.
PartitionId partition_of_key(BytesView key, int32_t partitions);

// Austin Appleby's MurmurHash2 with Kafka's seed.
uint32_t murmur2(BytesView bytes);

}  // namespace tarn::log
