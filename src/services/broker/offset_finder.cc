#include "services/broker/offset_finder.h"

#include <algorithm>
#include <cstdint>

#include "formats/record/record_reader.h"
#include "services/broker/commit_inbox.h"

namespace tarn::broker {
namespace {

constexpr size_t kScanBytes = 1 << 20;
constexpr int kNearSteps = 4;

// The first record of the batch at or after a time and an offset.
Result<std::optional<FoundOffset>> first_record_at(BytesView batch, Timestamp at, Offset start) {
  auto reader = TRY(record::RecordReader::open(batch));
  while (auto record = TRY(reader.next())) {
    if (record->timestamp >= at && record->offset >= start) {
      return FoundOffset{.offset = record->offset,
                         .timestamp = record->timestamp,
                         .epoch = reader.header().leader_epoch};
    }
  }
  return std::nullopt;
}

Result<Timestamp> newest_of(BytesView batch) {
  return TRY(record::read_batch_header(batch)).max_timestamp;
}

template <class T>
Answer<T> answer_of(Result<T> result) {
  if (!result) return std::unexpected(to_refusal(result.error()));
  return *std::move(result);
}

}  // namespace

runtime::Awaitable<Answer<std::optional<FoundOffset>>> OffsetFinder::find(LogId log,
                                                                          OffsetQuery query,
                                                                          PartitionState state) {
  co_return answer_of(co_await pool_.run([&]() -> Result<std::optional<FoundOffset>> {
    if (std::holds_alternative<EarliestOffset>(query)) {
      return FoundOffset{
          .offset = state.log_start, .timestamp = {}, .epoch = TRY(epoch_at(log, state.log_start))};
    }
    if (std::holds_alternative<MaxTimestampOffset>(query)) return find_newest(log, state);
    return find_at(log, std::get<OffsetAt>(query).at, state.log_start);
  }));
}

runtime::Awaitable<Answer<std::optional<EpochEnd>>> OffsetFinder::epoch_end(LogId log,
                                                                            LeaderEpoch epoch,
                                                                            Offset end) {
  co_return answer_of(co_await pool_.run([&]() -> Result<std::optional<EpochEnd>> {
    const auto epochs = TRY(engine_.epochs(log));
    const auto next = std::ranges::upper_bound(epochs, epoch, {}, &storage::EpochStart::epoch);
    if (next == epochs.begin()) return std::nullopt;
    return EpochEnd{.epoch = std::prev(next)->epoch,
                    .end = next == epochs.end() ? end : next->start};
  }));
}

Result<std::optional<FoundOffset>> OffsetFinder::find_at(LogId log, Timestamp at,
                                                         Offset start) const {
  const auto batch = TRY(engine_.find_batch_at(log, at));
  if (!batch) return std::nullopt;
  if (auto found = TRY(first_record_at(batch->view(), at, start))) return found;
  // The record that its header speaks of is below the log start, or not there: look further.
  Offset next = std::max(start, TRY(record::read_batch_header(batch->view())).next_offset());
  while (true) {
    const auto more = TRY(engine_.read(log, next, kScanBytes));
    if (more.batches.empty()) return std::nullopt;
    for (const SharedBytes& candidate : more.batches) {
      if (TRY(newest_of(candidate.view())) < at) continue;
      if (auto found = TRY(first_record_at(candidate.view(), at, start))) return found;
    }
    next = more.next;
  }
}

Result<std::optional<FoundOffset>> OffsetFinder::find_newest(LogId log,
                                                             PartitionState state) const {
  if (state.high_watermark <= state.log_start) return std::nullopt;
  const auto last = TRY(engine_.read(log, state.high_watermark + -1, 1));
  if (last.batches.empty()) return std::nullopt;
  // The last batch is mostly the newest, or nearly so. Halving what is left ends the search in
  // less than 64 steps more, whatever the order of the times.
  Timestamp newest = std::max(from_unix_millis(-1), TRY(newest_of(last.batches.back().view())));
  Timestamp too_new = from_unix_millis(INT64_MAX / 2);
  for (int step = 0; too_new - newest > Millis(1); ++step) {
    const Timestamp probe = newest + (step < kNearSteps ? Millis(1) : (too_new - newest) / 2);
    const auto batch = TRY(engine_.find_batch_at(log, probe));
    if (batch) {
      newest = std::max(probe, TRY(newest_of(batch->view())));
    } else {
      too_new = probe;
    }
  }
  return find_at(log, newest, state.log_start);
}

Result<LeaderEpoch> OffsetFinder::epoch_at(LogId log, Offset offset) const {
  LeaderEpoch epoch;
  for (const storage::EpochStart& start : TRY(engine_.epochs(log))) {
    if (start.start <= offset) epoch = start.epoch;
  }
  return epoch;
}

}  // namespace tarn::broker
