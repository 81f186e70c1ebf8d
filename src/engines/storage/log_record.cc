#include "engines/storage/log_record.h"

#include <algorithm>
#include <numeric>

namespace tarn::storage {

uint64_t LogRecord::bytes() const {
  return std::accumulate(
      segments.begin(), segments.end(), uint64_t{0},
      [](uint64_t sum, const SegmentInfo& segment) { return sum + segment.bytes; });
}

LogRecord new_log(LogId id, std::string name, const LogConfig& config) {
  return {
      .id = id, .name = std::move(name), .config = config, .epochs = {{LeaderEpoch(0), Offset(0)}}};
}

Placement place_next(const LogRecord& log, size_t batch_bytes, Timestamp now) {
  const Placement fresh{.segment_base = log.end, .position = 0};
  if (log.segments.empty()) return fresh;
  const SegmentInfo& last = log.segments.back();
  const bool full = last.bytes + batch_bytes > log.config.segment_bytes;
  const bool old = now - last.first_append >= log.config.segment_age;
  if ((full || old) && last.bytes > 0) return fresh;
  if (last.generation > 0) return fresh;
  return {.segment_base = last.base, .position = last.bytes};
}

void apply_append(LogRecord& log, const Placement& at, const LoggedBatch& batch, Timestamp now,
                  Millis producer_expiration) {
  const record::BatchHeader& header = batch.header;
  if (log.segments.empty() || log.segments.back().base != at.segment_base) {
    log.segments.push_back({.base = at.segment_base,
                            .first_append = now,
                            .last_append = now,
                            .max_timestamp = header.max_timestamp});
  }
  SegmentInfo& segment = log.segments.back();
  segment.bytes = at.position + header.total_bytes;
  segment.last_append = std::max(segment.last_append, now);
  segment.max_timestamp = std::max(segment.max_timestamp, header.max_timestamp);
  log.end = header.next_offset();
  const auto began = log.producers.append(batch, now, producer_expiration);
  if (began && batch.ends == record::TransactionEnd::abort) {
    log.aborted.push_back({.producer = header.producer_id,
                           .first = *began,
                           .marker = header.base_offset,
                           .stable = log.stable()});
  }
}

std::vector<Offset> apply_log_start(LogRecord& log, Offset start) {
  log.start = std::max(log.start, start);
  std::vector<Offset> dropped;
  auto kept = log.segments.begin();
  while (kept != log.segments.end()) {
    const Offset next = std::next(kept) == log.segments.end() ? log.end : std::next(kept)->base;
    if (next > log.start) break;
    dropped.push_back(kept->base);
    ++kept;
  }
  log.segments.erase(log.segments.begin(), kept);
  while (log.epochs.size() > 1 && log.epochs[1].start <= log.start) {
    log.epochs.erase(log.epochs.begin());
  }
  log.epochs.front().start = std::max(log.epochs.front().start, log.start);
  const auto needed =
      std::ranges::lower_bound(log.aborted, log.start, {}, &AbortedTransaction::marker);
  log.aborted.erase(log.aborted.begin(), needed);
  return dropped;
}

void apply_epoch_bump(LogRecord& log) {
  const LeaderEpoch next(log.epoch().value() + 1);
  if (log.epochs.back().start == log.end) log.epochs.pop_back();
  log.epochs.push_back({next, log.end});
}

Retained retain(const LogRecord& log, Timestamp now, std::optional<Offset> held) {
  Retained retained;
  uint64_t bytes = log.bytes();
  Offset start = log.start;
  for (size_t i = 0; i < log.segments.size(); ++i) {
    const SegmentInfo& segment = log.segments[i];
    const bool is_last = i + 1 == log.segments.size();
    const bool expired =
        log.config.retention_age && now - segment.last_append > *log.config.retention_age;
    const bool beyond = log.config.retention_bytes && !is_last &&
                        bytes - segment.bytes >= *log.config.retention_bytes;
    if (!expired && !beyond) break;
    bytes -= segment.bytes;
    const Offset next = is_last ? log.end : log.segments[i + 1].base;
    if (held && next > *held) {
      retained.held_bytes += segment.bytes;
    } else {
      start = next;
    }
  }
  if (start > log.start) retained.start = start;
  return retained;
}

std::string log_folder(LogId id, const std::string& name) {
  constexpr size_t kNameBytesMax = 200;
  std::string folder = name.substr(0, kNameBytesMax);
  for (char& letter : folder) {
    const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                       (letter >= '0' && letter <= '9') || letter == '-' || letter == '_' ||
                       letter == '.';
    if (!plain) letter = '_';
  }
  return folder + "." + std::to_string(id.value());
}

}  // namespace tarn::storage
