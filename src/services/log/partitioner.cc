#include "services/log/partitioner.h"

namespace tarn::log {
namespace {

constexpr uint32_t kSeed = 0x9747b28c;
constexpr uint32_t kMultiplier = 0x5bd1e995;

uint32_t byte_at(BytesView bytes, size_t position) {
  return std::to_integer<uint32_t>(bytes[position]);
}

}  // namespace

uint32_t murmur2(BytesView bytes) {
  uint32_t hash = kSeed ^ static_cast<uint32_t>(bytes.size());
  size_t position = 0;
  for (; position + 4 <= bytes.size(); position += 4) {
    uint32_t word = byte_at(bytes, position) | byte_at(bytes, position + 1) << 8 |
                    byte_at(bytes, position + 2) << 16 | byte_at(bytes, position + 3) << 24;
    word *= kMultiplier;
    word ^= word >> 24;
    word *= kMultiplier;
    hash *= kMultiplier;
    hash ^= word;
  }
  if (position < bytes.size()) {
    for (size_t i = bytes.size(); i-- > position;) {
      hash ^= byte_at(bytes, i) << (8 * (i - position));
    }
    hash *= kMultiplier;
  }
  hash ^= hash >> 13;
  hash *= kMultiplier;
  hash ^= hash >> 15;
  return hash;
}

PartitionId partition_of_key(BytesView key, int32_t partitions) {
  const auto positive = static_cast<int32_t>(murmur2(key) & 0x7fffffff);
  return PartitionId(positive % partitions);
}

}  // namespace tarn::log
