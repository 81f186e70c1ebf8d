#include "engines/storage/committer.h"

#include <algorithm>
#include <chrono>
#include <functional>

#include <fmt/format.h>

namespace tarn::storage {
namespace {

constexpr double kCheckpointFill = 0.5;  // of the ring
constexpr auto kComplainEvery = std::chrono::minutes(1);

// Copied only when they have changed: most rounds only append.
void refresh_shown_lists(PlannedLog& log) {
  const auto& segments = log.shown_segments;
  const bool same_segments = segments && segments->size() == log.segments.size() &&
                             (log.segments.empty() || (segments->front() == log.segments.front() &&
                                                       segments->back() == log.segments.back()));
  if (!same_segments) log.shown_segments = std::make_shared<const SegmentList>(log.segments);
  if (!log.shown_epochs || *log.shown_epochs != log.record.epochs) {
    log.shown_epochs = std::make_shared<const std::vector<EpochStart>>(log.record.epochs);
  }
  log.shown_aborted->catch_up(log.record.aborted, log.record.start);
}

// What readers may see once all that is planned for the log is durable.
LogView view_of(PlannedLog& log) {
  refresh_shown_lists(log);
  const LogRecord& record = log.record;
  return {.state = {.start = record.start,
                    .end = record.end,
                    .stable = record.stable(),
                    .epoch = record.epoch(),
                    .bytes = record.bytes(),
                    .quarantined = record.quarantined},
          .name = record.name,
          .segments = log.shown_segments,
          .epochs = log.shown_epochs,
          .aborted = log.shown_aborted};
}

double seconds_between(os::MonotonicTime from, os::MonotonicTime to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

Committer::Committer(CommitterParts parts, const EngineOptions& options, PlannedLogs logs)
    : parts_(parts),
      options_(options),
      planner_(parts.files, parts.views,
               {.directory = options.directory + "/logs",
                .disk_reserve_bytes = options.disk_reserve_bytes,
                .producer_expiration = options.producer_expiration}) {
  planner_.logs() = std::move(logs);
  LogViews::Changes changes;
  for (const auto& [id, log] : planner_.logs()) changes.written.emplace(id, view_of(*log));
  parts_.views.publish(std::move(changes));
}

void Committer::commit(std::vector<Submission> submissions) {
  std::vector<Answer> answers;
  answers.reserve(submissions.size());
  if (!parts_.stop.is_set()) {
    if (auto done = run(submissions, answers); !done) stop(done.error());
  }
  if (parts_.stop.is_set()) {
    // Also what was staged already: nobody knows whether it is durable.
    for (Answer& answer : answers) answer.result = std::unexpected(parts_.stop.refusal());
    for (size_t i = answers.size(); i < submissions.size(); ++i) {
      answers.push_back({std::move(submissions[i].done), std::unexpected(parts_.stop.refusal())});
    }
  }
  answer_all(answers);
  if (!parts_.stop.is_set()) look_after();
}

void Committer::answer_all(std::vector<Answer>& answers) {
  for (Answer& answer : answers) {
    if (!answer.result) complain(answer.result.error());
    answer.done(std::move(answer.result));
  }
}

void Committer::complain(const Refusal& refusal) {
  parts_.metrics.refusals.add();
  if (refusal.reason != RefusalReason::no_space) return;
  const auto now = parts_.clock.monotonic();
  if (now < next_complaint_) return;
  next_complaint_ = now + kComplainEvery;
  parts_.logger.warn("records are refused for lack of space", {{"why", refusal.message}});
}

Status Committer::run(std::vector<Submission>& submissions, std::vector<Answer>& answers) {
  if (!TRY(make_room(submissions))) {
    const Refusal refusal{RefusalReason::no_space, "the journal is full, and so is its disk"};
    for (Submission& submission : submissions) {
      answers.push_back({std::move(submission.done), std::unexpected(refusal)});
    }
    return {};
  }
  StagedRound round{.at = parts_.clock.now()};
  TRY(stage(submissions, round, answers));
  if (round.journal.empty()) return {};
  TRY(write(round));
  publish(round);
  clean_up(round);
  return {};
}

Result<bool> Committer::make_room(const std::vector<Submission>& submissions) {
  size_t entries = 0;
  size_t body_bytes = 0;
  for (const Submission& submission : submissions) {
    entries += submission.journal_entries;
    body_bytes += submission.journal_body_bytes;
  }
  return make_room(entries, body_bytes);
}

Result<bool> Committer::make_room(size_t entries, size_t body_bytes) {
  if (entries > kEntriesMax) return false;
  const size_t bytes = RoundWriter::bytes_for(entries, body_bytes);
  auto room = TRY(parts_.ring.make_room(bytes));
  if (room == JournalRing::Room::full) {
    parts_.worker.wait_until_idle();
    room = TRY(parts_.ring.make_room(bytes));
  }
  if (room == JournalRing::Room::full) {
    auto written = checkpoint(Shutdown::running);
    if (!written && written.error().code() != ErrorCode::resource_exhausted) {
      return written.error();
    }
    room = TRY(parts_.ring.make_room(bytes));
  }
  return room == JournalRing::Room::ready;
}

Status Committer::stage(std::vector<Submission>& submissions, StagedRound& round,
                        std::vector<Answer>& answers) {
  for (Submission& submission : submissions) {
    CommitResult result = TRY(planner_.stage(submission.transaction, round));
    answers.push_back({std::move(submission.done), std::move(result)});
  }
  return {};
}

Status Committer::write(StagedRound& round) {
  for (const StagedBatch& batch : round.batches) dirty_.add(batch);
  TRY(write_segments(round));
  const auto before = parts_.clock.monotonic();
  TRY(parts_.ring.write(round.journal, round.at));
  parts_.metrics.commit_seconds.observe(seconds_between(before, parts_.clock.monotonic()));
  parts_.metrics.rounds.add();
  parts_.metrics.round_batches.observe(static_cast<double>(round.batches.size()));
  return {};
}

Status Committer::write_segments(const StagedRound& round) {
  struct Run {
    uint64_t position = 0;
    std::vector<BytesView> parts;
  };
  std::map<Segment*, Run> runs;
  for (const StagedBatch& batch : round.batches) {
    Run& run = runs[batch.segment.get()];
    if (run.parts.empty()) run.position = batch.position;
    run.parts.emplace_back(batch.bytes.view());
  }
  for (const auto& [segment, run] : runs) TRY(segment->write(run.position, run.parts));
  // Afterwards: whoever makes an index anew finds all that it covers.
  for (const StagedBatch& batch : round.batches) {
    batch.segment->add_to_index(batch.header, batch.position);
    parts_.metrics.appended_bytes.add(batch.bytes.size());
  }
  return {};
}

void Committer::publish(StagedRound& round) {
  // The cache first: whoever learns of the new end finds the batches there.
  for (StagedBatch& batch : round.batches) {
    parts_.cache.insert(batch.log, batch.header.base_offset, batch.header.next_offset(),
                        std::move(batch.bytes).freeze());
  }
  LogViews::Changes changes;
  for (const auto& log : round.touched) {
    if (changes.written.contains(log->record.id)) continue;
    changes.written.emplace(log->record.id, view_of(*log));
    uint64_t next = parts_.next_log.load();
    const uint64_t after = log->record.id.value() + 1;
    while (next < after && !parts_.next_log.compare_exchange_weak(next, after)) continue;
  }
  for (const auto& log : round.deleted) changes.deleted.push_back(log->record.id);
  changes.repaired = round.repaired;
  for (auto& [key, value] : round.metadata) changes.metadata.insert_or_assign(key, value);
  parts_.views.publish(std::move(changes));
  for (const auto& log : round.deleted) parts_.cache.drop(log->record.id);
  // What readers still had in memory is not to outlive what is said about it (aborted_index.h).
  for (const auto& [log, end] : round.compacted) parts_.cache.drop_before(log, end);
}

void Committer::clean_up(const StagedRound& round) {
  for (const auto& segment : round.sealed) {
    // Only the space is at stake.
    std::ignore = segment->trim();
    segment->save_index();
  }
  std::vector<std::string> paths;
  auto unlink_later = [&](const std::shared_ptr<Segment>& segment) {
    dirty_.forget(segment);
    paths.push_back(segment->path());
    paths.push_back(segment->path_of_index());
  };
  for (const auto& segment : round.dropped) unlink_later(segment);
  for (const auto& log : round.deleted) {
    for (const auto& segment : log->segments) unlink_later(segment);
    dirty_.forget_folder(log->folder);
    paths.push_back(log->folder);
  }
  if (paths.empty()) return;
  parts_.worker.post([&files = parts_.files, &logger = parts_.logger, paths = std::move(paths)] {
    for (const std::string& path : paths) {
      auto removed = files.remove(path);
      if (removed || removed.error().code() == ErrorCode::not_found) continue;
      logger.warn("a deleted file stays on the disk until the next recovery",
                  {{"path", path}, {"error", removed.error().message()}});
    }
  });
}

void Committer::look_after() {
  if (parts_.ring.wants_to_grow() && !growth_under_way_.exchange(true)) {
    parts_.worker.post([this] {
      auto grown = parts_.ring.grow();
      if (!grown) {
        parts_.logger.warn("the journal cannot grow", {{"error", grown.error().message()}});
      }
      growth_under_way_ = false;
    });
  }
  if (parts_.ring.fill() > kCheckpointFill || dirty_.size() >= options_.dirty_segments_max) {
    begin_checkpoint();
  }
}

void Committer::begin_checkpoint() {
  if (checkpoint_under_way_.exchange(true)) return;
  auto work = std::make_shared<CheckpointWork>(prepare(Shutdown::running));
  unfinished_ = work;
  parts_.worker.post([this, work] {
    const Status done = carry_out(*work);
    if (auto finished = finish(*work, done); !finished) stop(finished.error());
    checkpoint_under_way_ = false;
  });
}

CheckpointWork Committer::prepare(Shutdown shutdown) {
  if (unfinished_ && parts_.ring.is_released(unfinished_->point.round)) unfinished_.reset();
  if (unfinished_) dirty_.take_back(*unfinished_);
  for (auto& [id, log] : planner_.logs()) {
    log->record.producers.expire(parts_.clock.now(), options_.producer_expiration);
  }
  CheckpointWork work{.point = parts_.ring.point()};
  work.content = encode_checkpoint(work.point, shutdown, LogId(parts_.next_log.load()),
                                   planner_.logs(), parts_.views);
  dirty_.move_to(work);
  if (auto free = parts_.files.free_space(options_.directory)) {
    parts_.metrics.free_bytes.set(static_cast<double>(*free));
  }
  return work;
}

Status Committer::carry_out(const CheckpointWork& work) {
  Status done = storage::carry_out(parts_.files, options_.directory, work);
  if (!done && done.error().code() == ErrorCode::resource_exhausted && parts_.reserve.give()) {
    done = storage::carry_out(parts_.files, options_.directory, work);
  }
  if (done) parts_.reserve.fill();
  return done;
}

Status Committer::finish(const CheckpointWork& work, const Status& done) {
  if (done) {
    parts_.ring.release(work.point.round);
    parts_.metrics.checkpoints.add();
    return {};
  }
  if (done.error().code() != ErrorCode::resource_exhausted) return done;
  parts_.logger.warn("no space for a checkpoint, will be tried again",
                     {{"error", done.error().message()}});
  return {};
}

Status Committer::checkpoint(Shutdown shutdown) {
  parts_.worker.wait_until_idle();
  if (parts_.stop.is_set()) return Error(ErrorCode::unavailable, parts_.stop.refusal().message);
  auto work = std::make_shared<CheckpointWork>(prepare(shutdown));
  unfinished_ = work;
  const Status done = carry_out(*work);
  if (auto finished = finish(*work, done); !finished) {
    stop(finished.error());
    return finished;
  }
  return done;
}

Status Committer::close() {
  for (const auto& [id, log] : planner_.logs()) {
    if (log->segments.empty()) continue;
    std::ignore = log->segments.back()->trim();
    log->segments.back()->save_index();
  }
  return checkpoint(Shutdown::clean);
}

bool Committer::may_hold(const RetentionHolds& holds) const {
  if (holds.disk_free_min == 0 || holds.from.empty()) return true;
  const auto free = parts_.files.free_space(options_.directory);
  if (!free || *free >= holds.disk_free_min) return true;
  parts_.logger.warn("the disk is nearly full: records past their retention go although needed",
                     {{"free_bytes", *free}, {"wanted_bytes", holds.disk_free_min}});
  return false;
}

Result<HeldBytes> Committer::apply_retention(const RetentionHolds& holds) {
  parts_.reserve.fill();
  std::vector<Submission> submissions;
  HeldBytes held;
  const bool is_held = may_hold(holds);
  Status result;
  auto note = [&result](CommitResult done) {
    // The log may have been deleted by then.
    if (done || done.error().reason == RefusalReason::no_such_log) return;
    result = Error(ErrorCode::unavailable, done.error().message);
  };
  for (const auto& [id, log] : planner_.logs()) {
    const auto hold = holds.from.find(id);
    const bool has_hold = is_held && hold != holds.from.end();
    const auto retained = retain(log->record, parts_.clock.now(),
                                 has_hold ? std::optional(hold->second) : std::nullopt);
    if (retained.held_bytes > 0) held[id] = retained.held_bytes;
    if (!retained.start) continue;
    parts_.logger.info("retention removes segments",
                       {{"log", log->record.name}, {"start", retained.start->value()}});
    submissions.push_back(Submission::make({SetLogStart{id, *retained.start}}, note));
  }
  if (!submissions.empty()) commit(std::move(submissions));
  TRY(result);
  return held;
}

std::vector<CompactionJob> Committer::compaction_jobs(const RetentionHolds& holds) const {
  std::vector<CompactionJob> jobs;
  const bool is_held = may_hold(holds);
  for (const auto& [id, log] : planner_.logs()) {
    if (!log->record.config.compact || parts_.views.is_quarantined(id)) continue;
    const auto hold = holds.from.find(id);
    const bool has_hold = is_held && hold != holds.from.end();
    const auto range = compaction_range(log->record, parts_.clock.now(),
                                        has_hold ? std::optional(hold->second) : std::nullopt);
    if (range) jobs.push_back(make_job(*log, *range));
  }
  std::ranges::sort(jobs, std::greater(), [](const CompactionJob& job) { return job.dirty_ppm; });
  return jobs;
}

Result<CompactionJob> Committer::repair_job(LogId log) const {
  const auto found = planner_.logs().find(log);
  if (found == planner_.logs().end()) {
    return Error(ErrorCode::not_found, fmt::format("there is no log {}", log.value()));
  }
  const LogRecord& record = found->second->record;
  return make_job(*found->second, {.segments = record.segments.size(), .end = record.end});
}

Result<bool> Committer::replace(LogId log, const SegmentReplacement& replacement,
                                const SegmentList& in) {
  if (parts_.stop.is_set()) return Error(ErrorCode::unavailable, parts_.stop.refusal().message);
  auto done = run_replacement(log, replacement, in);
  if (!done) {
    stop(done.error());
  } else {
    look_after();
  }
  return done;
}

Result<bool> Committer::run_replacement(LogId log, const SegmentReplacement& replacement,
                                        const SegmentList& in) {
  if (!TRY(make_room(1, write_replacement(replacement).size()))) return false;
  StagedRound round{.at = parts_.clock.now()};
  if (!planner_.stage(log, replacement, in, round)) return false;
  TRY(write(round));
  publish(round);
  clean_up(round);
  return true;
}

Result<std::vector<ProducerState>> Committer::producers(LogId log) const {
  const auto found = planner_.logs().find(log);
  if (found == planner_.logs().end()) {
    return Error(ErrorCode::not_found, fmt::format("there is no log {}", log.value()));
  }
  std::vector<ProducerState> states;
  for (const auto& [id, entry] : found->second->record.producers.entries()) {
    states.push_back({.id = id,
                      .epoch = entry.epoch,
                      .last_sequence = entry.batches.empty()
                                           ? std::nullopt
                                           : std::optional(entry.batches.back().last_sequence),
                      .last_append = entry.last_append,
                      .transaction = entry.transaction});
  }
  return states;
}

std::vector<OpenTransaction> Committer::open_transactions() const {
  std::vector<OpenTransaction> open;
  for (const auto& [log, planned] : planner_.logs()) {
    if (!planned->record.producers.first_open()) continue;
    for (const auto& [producer, entry] : planned->record.producers.entries()) {
      if (entry.transaction) open.push_back({log, producer, entry.epoch});
    }
  }
  return open;
}

void Committer::stop(const Error& cause) {
  if (!parts_.stop.set(cause)) return;
  parts_.logger.error("the disk failed; no more records are taken until the next start",
                      {{"error", cause.message()}});
}

}  // namespace tarn::storage
