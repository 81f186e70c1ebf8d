#include "engines/storage/compaction_job.h"

#include <algorithm>

namespace tarn::storage {
namespace {

constexpr uint64_t kMillion = 1'000'000;

bool is_overdue(const SegmentInfo& segment, const LogConfig& config, Timestamp now) {
  return config.compaction_lag_max != Millis::max() &&
         now - segment.first_append > config.compaction_lag_max;
}

}  // namespace

std::optional<CompactionRange> compaction_range(const LogRecord& log, Timestamp now,
                                                std::optional<Offset> held) {
  const Offset limit = std::min(log.stable(), held.value_or(log.end));
  CompactionRange range;
  uint64_t all_bytes = 0;
  uint64_t dirty_bytes = 0;
  bool overdue = false;
  // The last segment is written to.
  for (size_t i = 0; i + 1 < log.segments.size(); ++i) {
    const SegmentInfo& segment = log.segments[i];
    const Offset end = log.segments[i + 1].base;
    if (end > limit || now - segment.last_append < log.config.compaction_lag_min) break;
    range.segments = i + 1;
    range.end = end;
    all_bytes += segment.bytes;
    if (end <= log.compacted) continue;
    dirty_bytes += segment.bytes;
    overdue |= is_overdue(segment, log.config, now);
  }
  if (dirty_bytes == 0) return std::nullopt;
  range.dirty_ppm = static_cast<uint32_t>(dirty_bytes * kMillion / all_bytes);
  if (!overdue && range.dirty_ppm <= log.config.dirty_ppm_min) return std::nullopt;
  return range;
}

CompactionJob make_job(const PlannedLog& log, const CompactionRange& range) {
  const LogRecord& record = log.record;
  const auto count = static_cast<std::ptrdiff_t>(range.segments);
  CompactionJob job{.log = record.id,
                    .name = record.name,
                    .folder = log.folder,
                    .config = record.config,
                    .start = record.start,
                    .dirty_from = record.compacted,
                    .end = range.end,
                    .dirty_ppm = range.dirty_ppm,
                    .infos = {record.segments.begin(), record.segments.begin() + count},
                    .segments = {log.segments.begin(), log.segments.begin() + count},
                    .epochs = record.epochs,
                    .aborted = record.aborted,
                    .producers = {}};
  for (const auto& [id, entry] : record.producers.entries()) {
    ProducerPlace place{.epoch = entry.epoch, .last_batch = std::nullopt};
    if (!entry.batches.empty()) place.last_batch = entry.batches.back().base;
    job.producers.emplace(id, place);
  }
  return job;
}

}  // namespace tarn::storage
