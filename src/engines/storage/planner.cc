#include "engines/storage/planner.h"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "base/check.h"
#include "engines/storage/disk_reserve.h"
#include "engines/storage/log_config.h"

namespace tarn::storage {
namespace {

Refusal no_such_log(LogId log) {
  return {RefusalReason::no_such_log, fmt::format("there is no log {}", log.value())};
}

Bytes config_body(const LogConfig& config) {
  ByteWriter out;
  write_log_config(out, config);
  return std::move(out).take();
}

}  // namespace

std::shared_ptr<PlannedLog> Planner::find(LogId log) const {
  const auto found = logs_.find(log);
  return found == logs_.end() ? nullptr : found->second;
}

Result<CommitResult> Planner::stage(Transaction& transaction, StagedRound& round) {
  const StagedRound::Mark mark = round.mark();
  Committed done;
  for (Step& step : transaction) {
    Refused refused = TRY(stage_step(step, round, done));
    if (!refused) continue;
    for (auto& action : undo_ | std::views::reverse) action();
    undo_.clear();
    round.rewind(mark);
    return CommitResult(std::unexpected(*std::move(refused)));
  }
  undo_.clear();  // it holds what was deleted, with its files
  return CommitResult(std::move(done));
}

Result<Planner::Refused> Planner::stage_step(Step& step, StagedRound& round, Committed& done) {
  return std::visit([&](auto& kind) { return stage_step(kind, round, done); }, step);
}

Result<Planner::Refused> Planner::stage_step(CreateLog& step, StagedRound& round, Committed&) {
  if (logs_.contains(step.log)) {
    return Refusal{RefusalReason::already_exists,
                   fmt::format("log {} exists already", step.log.value())};
  }
  auto log = std::make_shared<PlannedLog>();
  log->record = new_log(step.log, step.name, step.config);
  log->folder = options_.directory + "/" + log_folder(step.log, step.name);
  logs_.emplace(step.log, log);
  undo_later([this, id = step.log] { logs_.erase(id); });
  ByteWriter body;
  write_text(body, step.name);
  write_log_config(body, step.config);
  round.journal.add_owned({.kind = EntryKind::create_log, .log = step.log}, std::move(body).take());
  round.touched.push_back(std::move(log));
  return std::nullopt;
}

Result<Planner::Refused> Planner::stage_step(DeleteLog& step, StagedRound& round, Committed&) {
  auto log = find(step.log);
  if (!log) return no_such_log(step.log);
  logs_.erase(step.log);
  undo_later([this, log] { logs_.emplace(log->record.id, log); });
  round.journal.add({.kind = EntryKind::delete_log, .log = step.log}, {});
  round.deleted.push_back(std::move(log));
  return std::nullopt;
}

Result<Planner::Refused> Planner::stage_step(ConfigureLog& step, StagedRound& round, Committed&) {
  auto log = find(step.log);
  if (!log) return no_such_log(step.log);
  if (log->record.config == step.config) return std::nullopt;
  undo_later([log, before = log->record.config] { log->record.config = before; });
  log->record.config = step.config;
  round.journal.add_owned({.kind = EntryKind::configure_log, .log = step.log},
                          config_body(step.config));
  round.touched.push_back(std::move(log));
  return std::nullopt;
}

Result<Planner::Refused> Planner::stage_step(Append& step, StagedRound& round, Committed& done) {
  auto log = find(step.log);
  if (!log) return no_such_log(step.log);
  if (views_.is_quarantined(step.log)) {
    return Refusal{RefusalReason::log_quarantined,
                   log->record.name + " is damaged and takes no more records"};
  }
  auto header = record::read_batch_header(step.batch.view());
  check(header && header->total_bytes == step.batch.size(), "the caller verifies the batch");
  LogRecord& record = log->record;
  auto verdict = record.producers.check(*header, round.at, options_.producer_expiration);
  if (!verdict) return std::move(verdict).error();
  if (*verdict) {
    done.push_back({.log = step.log, .base = **verdict, .is_duplicate = true});
    return std::nullopt;
  }
  const Placement place = place_next(record, header->total_bytes, round.at);
  undo_later([log, end = record.end, segments = record.segments.size(),
              last = record.segments.empty() ? SegmentInfo{} : record.segments.back(),
              files = log->segments.size(), id = header->producer_id,
              producer = record.producers.find(header->producer_id),
              aborted = record.aborted.size()] {
    log->record.end = end;
    log->record.segments.resize(segments);
    if (segments > 0) log->record.segments.back() = last;
    log->segments.resize(files);
    log->record.producers.restore(id, producer);
    log->record.aborted.resize(aborted);
  });
  if (auto refused = TRY(reserve(*log, place, header->total_bytes, round))) return refused;

  header->base_offset = record.end;
  header->leader_epoch = record.epoch();
  record::assign_offset(step.batch.view(), record.end, record.epoch());
  apply_append(record, place, look_at(*header, step.batch.view()), round.at,
               options_.producer_expiration);
  round.journal.add_batch({.kind = EntryKind::append,
                           .log = step.log,
                           .epoch = header->leader_epoch,
                           .segment_base = place.segment_base,
                           .position = place.position,
                           .base_offset = header->base_offset},
                          step.batch.view(), header->crc);
  done.push_back({.log = step.log, .base = header->base_offset});
  round.batches.push_back(
      {step.log, log->segments.back(), place.position, *header, std::move(step.batch)});
  round.touched.push_back(std::move(log));
  return std::nullopt;
}

Result<Planner::Refused> Planner::stage_step(SetLogStart& step, StagedRound& round, Committed&) {
  auto log = find(step.log);
  if (!log) return no_such_log(step.log);
  LogRecord& record = log->record;
  if (step.start > record.end || step.start < Offset(0)) {
    return Refusal{RefusalReason::offset_out_of_range,
                   fmt::format("{} ends at {}, a start at {} is outside", record.name,
                               record.end.value(), step.start.value())};
  }
  if (step.start <= record.start) return std::nullopt;
  undo_later([log, start = record.start, epochs = record.epochs, infos = record.segments,
              aborted = record.aborted, files = log->segments] {
    log->record.start = start;
    log->record.aborted = aborted;
    log->record.epochs = epochs;
    log->record.segments = infos;
    log->segments = files;
  });
  const size_t count = apply_log_start(record, step.start).size();
  const auto kept = log->segments.begin() + static_cast<std::ptrdiff_t>(count);
  round.dropped.insert(round.dropped.end(), log->segments.begin(), kept);
  log->segments.erase(log->segments.begin(), kept);
  round.journal.add({.kind = EntryKind::log_start, .log = step.log, .base_offset = step.start}, {});
  round.touched.push_back(std::move(log));
  return std::nullopt;
}

bool Planner::stage(LogId id, const SegmentReplacement& replacement, const SegmentList& in,
                    StagedRound& round) {
  auto log = find(id);
  using enum SegmentReplacement::Purpose;
  if (!log) return false;
  const bool is_repair = replacement.purpose != compaction;
  if (is_repair != views_.is_quarantined(id)) return false;
  if (!is_repair && !log->record.config.compact) return false;
  if (!apply_replacement(log->record, replacement)) return false;
  if (replacement.purpose == end_of_repair) round.repaired.push_back(id);
  if (!replacement.out.empty()) {
    const auto from = std::ranges::find(log->segments, replacement.out.front(), &Segment::name);
    const auto to = from + static_cast<std::ptrdiff_t>(replacement.out.size());
    round.dropped.insert(round.dropped.end(), from, to);
    const auto place = log->segments.erase(from, to);
    log->segments.insert(place, in.begin(), in.end());
    log->shown_segments.reset();
    const auto next =
        static_cast<size_t>(std::ranges::count_if(log->segments, [&](const auto& segment) {
          return segment->base() <= replacement.out.back().base;
        }));
    const bool is_last = next == log->segments.size();
    round.compacted.emplace_back(id, is_last ? log->record.end : log->segments[next]->base());
  }
  round.journal.add_owned({.kind = EntryKind::replace_segments, .log = id},
                          write_replacement(replacement));
  round.touched.push_back(std::move(log));
  return true;
}

Result<Planner::Refused> Planner::stage_step(PutMetadata& step, StagedRound& round, Committed&) {
  ByteWriter body;
  write_text(body, step.key);
  if (step.value) body.write_bytes(*step.value);
  const auto kind = step.value ? EntryKind::put_metadata : EntryKind::remove_metadata;
  round.journal.add_owned({.kind = kind}, std::move(body).take());
  round.metadata.emplace_back(std::move(step.key), std::move(step.value));
  return std::nullopt;
}

Result<Planner::Refused> Planner::reserve(PlannedLog& log, const Placement& place, uint64_t bytes,
                                          StagedRound& round) {
  const bool is_new = log.segments.empty() || log.segments.back()->base() != place.segment_base;
  if (is_new) {
    if (!log.segments.empty()) round.sealed.push_back(log.segments.back());
    log.segments.push_back(std::make_shared<Segment>(files_, log.folder,
                                                     SegmentInfo{.base = place.segment_base},
                                                     log.record.config.index_interval_bytes));
  }
  Segment& segment = *log.segments.back();
  auto reserved = segment.open_for_writing();
  if (reserved) {
    reserved = reserve_chunk(segment, place.position + bytes, log.record.config.segment_bytes);
  }
  if (reserved) return std::nullopt;
  if (reserved.error().code() != ErrorCode::resource_exhausted) return reserved.error();
  return Refusal{RefusalReason::no_space, reserved.error().message()};
}

Status Planner::reserve_chunk(Segment& segment, uint64_t bytes, uint64_t segment_bytes_max) {
  if (bytes <= segment.reserved_bytes()) return {};
  constexpr uint64_t kChunkBytesMin = 64 << 10;
  constexpr uint64_t kChunkBytesMax = 4 << 20;
  const uint64_t ahead = std::clamp(bytes, kChunkBytesMin, kChunkBytesMax);
  const uint64_t wanted = std::max(bytes, std::min(bytes + ahead, segment_bytes_max));
  const uint64_t free = TRY(files_.free_space(options_.directory));
  // Near the end of the disk only what is needed now.
  for (const uint64_t size : {wanted, bytes}) {
    if (free < options_.disk_reserve_bytes + (size - segment.reserved_bytes())) continue;
    auto reserved = segment.reserve(size);
    if (reserved || reserved.error().code() != ErrorCode::resource_exhausted) return reserved;
  }
  return Error(ErrorCode::resource_exhausted,
               shortage_text(options_.directory, free, options_.disk_reserve_bytes));
}

}  // namespace tarn::storage
