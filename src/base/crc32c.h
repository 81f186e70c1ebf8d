// CRC-32C (Castagnoli), the checksum of Kafka's record batches and of our own formats (RFC 3720,
// appendix B.4).
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace tarn {

// Continues from seed, the crc of the bytes before; 0 to start.
uint32_t crc32c(BytesView bytes, uint32_t seed = 0);

// Of bytes in two parts, from the crc of each; the second's was not continued from a seed. Costs
// about as much as the crc of a kilobyte, however long the second part is.
uint32_t crc32c_joined(uint32_t first, uint32_t second, size_t second_length);

}  // namespace tarn
