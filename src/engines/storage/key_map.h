// The latest offset of each key, in bounded memory: keys are known by a hash of 128 bits under a
// secret key, so that nobody can make two of them meet and one record replace another's.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/siphash.h"

namespace tarn::storage {

class KeyMap {
 public:
  // It begins small and doubles; bytes_max bounds also the moment of doubling.
  KeyMap(size_t bytes_max, SipKey secret);

  // How many keys it surely still takes.
  [[nodiscard]] size_t room() const { return keys_max_ - keys_; }
  // In rising order of offsets, and only while there is room.
  void put(BytesView key, Offset offset);
  [[nodiscard]] std::optional<Offset> latest(BytesView key) const;
  [[nodiscard]] size_t keys() const { return keys_; }

 private:
  struct Slot {
    SipHash hash;
    int64_t offset = -1;  // no key here
  };
  // Where the hash is, or belongs.
  [[nodiscard]] size_t place_of(const SipHash& hash) const;
  void grow();

  const SipKey secret_;
  size_t keys_max_;
  size_t keys_ = 0;
  std::vector<Slot> slots_;  // a power of two, open addressing
};

}  // namespace tarn::storage
