#include "engines/storage/stored_batch.h"

#include <algorithm>

#include <fmt/format.h>

namespace tarn::storage {

LeaderEpoch epoch_at(std::span<const EpochStart> epochs, Offset offset) {
  const auto after = std::ranges::upper_bound(epochs, offset, {}, &EpochStart::start);
  return after == epochs.begin() ? epochs.front().epoch : std::prev(after)->epoch;
}

Status verify_stored_batch(const record::BatchHeader& header, BytesView batch,
                           const ExpectedBatch& expected) {
  const Offset base = header.base_offset;
  const bool fits =
      expected.offsets == Offsets::with_gaps ? base >= expected.base : base == expected.base;
  if (!fits) {
    return Error(ErrorCode::corrupt,
                 fmt::format("offset {} in the place of {}", base.value(), expected.base.value()));
  }
  const LeaderEpoch epoch = epoch_at(expected.epochs, base);
  if (header.leader_epoch != epoch) {
    return Error(ErrorCode::corrupt,
                 fmt::format("offset {} has epoch {} instead of {}", base.value(),
                             header.leader_epoch.value(), epoch.value()));
  }
  return record::verify_batch_crc(header, batch)
      .with_context(fmt::format("offset {}", base.value()));
}

}  // namespace tarn::storage
