#include "engines/storage/core.h"

#include <algorithm>
#include <random>

#include <fmt/format.h>

#include "engines/storage/compactor.h"
#include "engines/storage/log_repair.h"

namespace tarn::storage {
namespace {

PlannedLogs plan(os::FileSystem& files, const std::string& logs_directory, Checkpoint& state) {
  PlannedLogs logs;
  for (auto& [id, record] : state.logs) {
    auto log = std::make_shared<PlannedLog>();
    log->folder = logs_directory + "/" + log_folder(id, record.name);
    for (const SegmentInfo& segment : record.segments) {
      log->segments.push_back(std::make_shared<Segment>(files, log->folder, segment,
                                                        record.config.index_interval_bytes));
    }
    log->record = std::move(record);
    logs.emplace(id, std::move(log));
  }
  return logs;
}

Worker::Mode worker_mode(const EngineOptions& options) {
  return options.committer == EngineOptions::Committer::own_thread ? Worker::Mode::own_thread
                                                                   : Worker::Mode::at_once;
}

}  // namespace

Engine::Core::Core(os::FileSystem& files, const os::Clock& clock, telemetry::Logger logger,
                   telemetry::MetricRegistry& metrics, EngineOptions options, Start start)
    : files_(files),
      clock_(clock),
      logger_(std::move(logger)),
      options_(std::move(options)),
      lock_(std::move(start.lock)),
      reserve_(std::move(start.reserve)),
      metrics_(metrics),
      cache_(options_.cache_bytes_max),
      next_log_(start.state.next_log.value()),
      ring_(std::move(start.ring)),
      queue_(options_.queue_bytes_max),
      worker_(worker_mode(options_)),
      committer_({.files = files_,
                  .clock = clock_,
                  .logger = logger_,
                  .metrics = metrics_,
                  .views = views_,
                  .cache = cache_,
                  .stop = stop_,
                  .ring = *ring_,
                  .reserve = *reserve_,
                  .worker = worker_,
                  .next_log = next_log_},
                 options_, plan(files, options_.directory + "/logs", start.state)) {
  views_.publish({.metadata = {start.state.metadata.begin(), start.state.metadata.end()}});
  count_quarantined();
  if (is_own_thread()) thread_ = std::thread([this] { run_committer(); });
}

Engine::Core::~Core() {
  queue_.close();
  if (is_own_thread()) {
    thread_.join();
  } else {
    while (commit_round()) continue;
  }
  answer_requests();
  if (stop_.is_set()) return;
  if (auto written = committer_.close(); !written) {
    logger_.warn("no checkpoint at shutdown, the next start replays the journal",
                 {{"error", written.error().message()}});
  }
}

void Engine::Core::run_committer() {
  while (true) {
    auto submissions = queue_.wait_and_take(ring_->file_bytes());
    if (submissions.empty() && queue_.is_closed()) return;
    if (!submissions.empty()) commit(std::move(submissions));
    answer_requests();
  }
}

bool Engine::Core::commit_round() {
  auto submissions = queue_.take(ring_->file_bytes());
  if (submissions.empty()) return false;
  commit(std::move(submissions));
  return true;
}

void Engine::Core::commit(std::vector<Submission> submissions) {
  size_t bytes = 0;
  for (const Submission& submission : submissions) bytes += submission.journal_body_bytes;
  committer_.commit(std::move(submissions));
  queue_.finished(bytes);
}

void Engine::Core::submit(Transaction transaction, Done done) {
  if (stop_.is_set()) return done(std::unexpected(stop_.refusal()));
  Submission submission = Submission::make(std::move(transaction), std::move(done));
  switch (queue_.push(submission)) {
    case SubmissionQueue::Pushed::accepted:
      return;
    case SubmissionQueue::Pushed::full:
      return submission.done(std::unexpected(
          Refusal{RefusalReason::no_space,
                  fmt::format("{} bytes wait for the disk already", options_.queue_bytes_max)}));
    case SubmissionQueue::Pushed::closed:
      return submission.done(
          std::unexpected(Refusal{RefusalReason::stopped, "the log is closing"}));
  }
}

Status Engine::Core::checkpoint() {
  return run_between_rounds([this] { return committer_.checkpoint(Shutdown::running); });
}

Result<HeldBytes> Engine::Core::apply_retention(RetentionHolds holds) {
  HeldBytes held;
  TRY(run_between_rounds([this, &holds, &held]() -> Status {
    held = TRY(committer_.apply_retention(holds));
    return {};
  }));
  return held;
}

Result<Compacted> Engine::Core::compact(RetentionHolds holds, std::stop_token stop) {
  Compacted total;
  const std::unique_lock only(compaction_mutex_, std::try_to_lock);
  if (!only) return total;
  std::vector<CompactionJob> jobs;
  TRY(run_between_rounds([this, &holds, &jobs]() -> Status {
    jobs = committer_.compaction_jobs(holds);
    return {};
  }));
  Status result;
  for (const CompactionJob& job : jobs) {
    if (stop.stop_requested()) break;
    // One log that cannot be compacted does not hold up the others.
    auto done = compact_log(job, stop, total);
    if (!done && done.error().code() != ErrorCode::cancelled) {
      result = done.error().with_context("compacting " + job.name);
    }
    if (stop_.is_set()) break;
  }
  TRY(result);
  return total;
}

Status Engine::Core::compact_log(const CompactionJob& job, const std::stop_token& stop,
                                 Compacted& total) {
  std::random_device random;
  const auto word = [&random] { return (uint64_t{random()} << 32) | random(); };
  const auto swap = [this, &job](const SegmentReplacement& replacement, const SegmentList& in) {
    return replace(job.log, replacement, in);
  };
  Compactor compactor(files_, job,
                      {.memory_bytes = options_.compaction_memory_bytes,
                       .bytes_per_second = options_.compaction_bytes_per_second,
                       .disk_reserve_bytes = options_.disk_reserve_bytes,
                       .secret = {.first = word(), .second = word()},
                       .now = clock_.now()},
                      stop, swap);
  const Status done = compactor.run();
  const Compacted& work = compactor.done();
  total.logs += work.logs;
  total.read_bytes += work.read_bytes;
  total.removed_bytes += work.removed_bytes;
  metrics_.compactions.add();
  metrics_.compacted_bytes.add(work.removed_bytes);
  if (work.logs > 0) {
    logger_.info("a log was compacted", {{"log", job.name},
                                         {"read_bytes", work.read_bytes},
                                         {"removed_bytes", work.removed_bytes}});
  }
  if (done) return done;
  if (compactor.has_failed_to_write()) committer_.stop(done.error());
  if (stop_.is_set()) return done;
  return judge(job.log, job.start, done.error());
}

Result<bool> Engine::Core::replace(LogId log, const SegmentReplacement& replacement,
                                   const SegmentList& in) {
  bool replaced = false;
  TRY(run_between_rounds([&]() -> Status {
    replaced = TRY(committer_.replace(log, replacement, in));
    return {};
  }));
  return replaced;
}

Result<CompactionJob> Engine::Core::repair_job(LogId log) {
  CompactionJob job;
  TRY(run_between_rounds([this, log, &job]() -> Status {
    job = TRY(committer_.repair_job(log));
    return {};
  }));
  return job;
}

Result<std::vector<Damage>> Engine::Core::examine(LogId log) {
  const std::lock_guard only(compaction_mutex_);
  const CompactionJob job = TRY(repair_job(log));
  auto damages = TRY(LogRepair(files_, job).examine());
  if (!damages.empty() && views_.find(log)) {
    quarantine(log, job.name, Error(ErrorCode::corrupt, damages.front().why));
  }
  return damages;
}

Result<std::vector<Damage>> Engine::Core::repair(LogId log) {
  const std::lock_guard only(compaction_mutex_);
  if (!views_.is_quarantined(log)) {
    return Error(ErrorCode::failed_precondition, "the log is not quarantined: nothing to repair");
  }
  const CompactionJob job = TRY(repair_job(log));
  const LogRepair repair(files_, job);
  auto damages = TRY(repair.examine());
  TRY(repair.repair(damages,
                    [this, log](const SegmentReplacement& replacement, const SegmentList& in) {
                      return replace(log, replacement, in);
                    }));
  count_quarantined();
  for (const Damage& damage : damages) {
    logger_.warn("records that could not be read were given up", {{"log", job.name},
                                                                  {"from", damage.from.value()},
                                                                  {"to", damage.to.value()},
                                                                  {"why", damage.why}});
  }
  logger_.info("a log was repaired and takes records again", {{"log", job.name}});
  return damages;
}

Result<std::vector<ProducerState>> Engine::Core::producers(LogId log) {
  std::vector<ProducerState> states;
  TRY(run_between_rounds([this, log, &states]() -> Status {
    states = TRY(committer_.producers(log));
    return {};
  }));
  return states;
}

Result<std::vector<OpenTransaction>> Engine::Core::open_transactions() {
  std::vector<OpenTransaction> open;
  TRY(run_between_rounds([this, &open]() -> Status {
    open = committer_.open_transactions();
    return {};
  }));
  return open;
}

Status Engine::Core::run_between_rounds(std::function<Status()> action) {
  if (!is_own_thread()) return action();
  std::future<Status> done;
  {
    const std::lock_guard lock(requests_mutex_);
    requests_.push_back({.action = std::move(action)});
    done = requests_.back().done.get_future();
  }
  queue_.wake();
  return done.get();
}

void Engine::Core::answer_requests() {
  std::vector<Request> requests;
  {
    const std::lock_guard lock(requests_mutex_);
    requests.swap(requests_);
  }
  for (Request& request : requests) request.done.set_value(request.action());
}

std::optional<std::string> Engine::Core::shortage() const {
  const auto free = files_.free_space(options_.directory);
  if (!free || *free >= options_.disk_reserve_bytes) return std::nullopt;
  return shortage_text(options_.directory, *free, options_.disk_reserve_bytes);
}

Result<LogView> Engine::Core::view(LogId log, Offset from) const {
  auto view = views_.find(log);
  if (!view) {
    return Error(ErrorCode::not_found, fmt::format("there is no log {}", log.value()));
  }
  if (from < view->state.start || from > view->state.end) {
    return Error(ErrorCode::out_of_range,
                 fmt::format("offset {} is outside [{}, {}] of {}", from.value(),
                             view->state.start.value(), view->state.end.value(), view->name));
  }
  return *std::move(view);
}

std::optional<Result<ReadResult>> Engine::Core::read_cached(LogId log, Offset from,
                                                            size_t bytes_max) {
  auto found = view(log, from);
  if (!found) return Result<ReadResult>(std::move(found).error());
  if (from == found->state.end) return Result<ReadResult>(ReadResult{.next = from});
  auto cached = cache_.read(log, from, found->state.end, bytes_max);
  (cached ? metrics_.cache_hits : metrics_.cache_misses).add();
  if (!cached) return std::nullopt;
  return Result<ReadResult>(*std::move(cached));
}

Result<ReadResult> Engine::Core::read(LogId log, Offset from, size_t bytes_max) {
  if (auto cached = read_cached(log, from, bytes_max)) return *std::move(cached);
  while (true) {
    const LogView found = TRY(view(log, from));
    auto result = LogReader(found).read(from, bytes_max);
    if (result) return result;
    if (!is_outdated(log, found, result.error())) return judge(log, from, result.error());
  }
}

Result<std::optional<SharedBytes>> Engine::Core::find_batch_at(LogId log, Timestamp at) {
  while (true) {
    auto found = views_.find(log);
    if (!found) {
      return Error(ErrorCode::not_found, fmt::format("there is no log {}", log.value()));
    }
    auto result = LogReader(*found).find_at(at);
    if (result) return result;
    if (!is_outdated(log, *found, result.error())) {
      return judge(log, found->state.start, result.error());
    }
  }
}

bool Engine::Core::is_outdated(LogId log, const LogView& seen, const Error& error) const {
  if (error.code() != ErrorCode::not_found) return false;
  const auto now = views_.find(log);
  return now && now->segments != seen.segments;
}

Error Engine::Core::judge(LogId log, Offset from, const Error& error) {
  const bool suspicious =
      error.code() == ErrorCode::corrupt || error.code() == ErrorCode::not_found;
  if (!suspicious) return error;
  auto now = view(log, from);
  if (!now) return now.error();
  const Error damage(ErrorCode::corrupt, error.message());
  quarantine(log, now->name, damage);
  return damage;
}

void Engine::Core::count_quarantined() {
  const auto states = views_.states();
  const auto count =
      std::ranges::count_if(states, [](const auto& item) { return item.second.quarantined; });
  metrics_.quarantined_logs.set(static_cast<double>(count));
}

void Engine::Core::quarantine(LogId log, const std::string& name, const Error& error) {
  if (!views_.quarantine(log)) return;
  count_quarantined();
  logger_.error(
      "a log is damaged and quarantined: it is read as far as it holds, and takes no more records",
      {{"log", name}, {"log_id", log.value()}, {"why", error.message()}});
}

}  // namespace tarn::storage
