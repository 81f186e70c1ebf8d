#include "engines/storage/key_map.h"

#include <algorithm>
#include <bit>

#include "base/check.h"

namespace tarn::storage {
namespace {

constexpr size_t kSlotsMin = 16;

// So many slots are filled at most; beyond it searches become long.
constexpr size_t filled_max(size_t slots) {
  return slots / 4 * 3;
}

}  // namespace

KeyMap::KeyMap(size_t bytes_max, SipKey secret) : secret_(secret), slots_(kSlotsMin) {
  // While it doubles the old half is there as well.
  const size_t slots = std::bit_floor(std::max(bytes_max * 2 / 3 / sizeof(Slot), kSlotsMin));
  keys_max_ = filled_max(slots);
}

size_t KeyMap::place_of(const SipHash& hash) const {
  const size_t mask = slots_.size() - 1;
  size_t place = hash.second & mask;
  while (slots_[place].offset >= 0 && slots_[place].hash != hash) place = (place + 1) & mask;
  return place;
}

void KeyMap::put(BytesView key, Offset offset) {
  const SipHash hash = siphash(key, secret_);
  size_t place = place_of(hash);
  if (slots_[place].offset < 0) {
    check(room() > 0, "the caller asks for room");
    if (keys_ == filled_max(slots_.size())) {
      grow();
      place = place_of(hash);
    }
    ++keys_;
  }
  slots_[place] = {.hash = hash, .offset = offset.value()};
}

std::optional<Offset> KeyMap::latest(BytesView key) const {
  const Slot& slot = slots_[place_of(siphash(key, secret_))];
  if (slot.offset < 0) return std::nullopt;
  return Offset(slot.offset);
}

void KeyMap::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.offset >= 0) slots_[place_of(slot.hash)] = slot;
  }
}

}  // namespace tarn::storage
