#include "services/broker/fetcher.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "formats/record/batch_header.h"
#include "services/broker/commit_inbox.h"

namespace tarn::broker {
namespace {

size_t total_bytes(const std::vector<SharedBytes>& batches) {
  size_t bytes = 0;
  for (const SharedBytes& batch : batches) bytes += batch.size();
  return bytes;
}

bool is_committed(const FetchRequest& request) {
  return request.isolation == Isolation::read_committed;
}

// Up to here readers may see records.
Offset limit_of(const PartitionState& state, Isolation isolation) {
  return isolation == Isolation::read_committed ? state.last_stable : state.high_watermark;
}

// No transaction is open below the limit, so it is the beginning of a batch, or the end.
void cut_off(storage::ReadResult& read, Offset limit) {
  while (read.next > limit && !read.batches.empty()) {
    const auto last = record::read_batch_header(read.batches.back().view());
    check(last.has_value(), "the engine gives whole batches");
    if (last->base_offset < limit) return;
    read.batches.pop_back();
    read.next = last->base_offset;
  }
}

Refusal out_of_range(const TopicPartition& of, Offset wanted, const PartitionState& state) {
  return {Reason::offset_out_of_range,
          fmt::format("offset {} of {}-{} is outside of {} to {}", wanted.value(), of.topic.value(),
                      of.partition.value(), state.log_start.value(), state.high_watermark.value())};
}

}  // namespace

// How much the answer holds. Its first batch comes however large it is.
struct Fetcher::Space {
  size_t bytes_max = 0;
  size_t bytes = 0;

  [[nodiscard]] bool is_empty() const { return bytes == 0; }
  [[nodiscard]] size_t bytes_left() const { return bytes_max - std::min(bytes_max, bytes); }
};

// A partition on its way through a fetch.
struct Fetcher::Reading {
  const FetchPartition* wanted;
  std::optional<Refusal> refusal = {};
  LogId log = {};
  PartitionState seen = {};  // before anything was read
  Offset limit = {};
  storage::ReadResult found;

  [[nodiscard]] size_t bytes_max(const Space& space) const {
    return std::min(space.bytes_left(), wanted->bytes_max);
  }
  [[nodiscard]] bool wants_any(const Space& space) const {
    return !refusal && wanted->offset < limit && (bytes_max(space) > 0 || space.is_empty());
  }
  void take(Result<storage::ReadResult> result, Space& space) {
    if (!result) {
      refusal = to_refusal(result.error());
      return;
    }
    cut_off(*result, limit);
    // The engine gives one batch at least; only the first partition with records may go beyond.
    const size_t bytes = total_bytes(result->batches);
    if (bytes > bytes_max(space) && !space.is_empty()) return;
    space.bytes += bytes;
    found = *std::move(result);
  }
};

runtime::Awaitable<FetchAnswer> Fetcher::fetch(FetchRequest request) {
  while (true) {
    Pass pass = co_await read_all(&request);
    const bool is_enough = pass.bytes >= request.bytes_min || pass.is_refused;
    const bool is_late = parts_.clock.monotonic() >= request.deadline || parts_.polls.is_closed();
    if (is_enough || is_late) co_return std::move(pass.answers);
    LongPoll poll(parts_.polls, parts_.executor, logs_of(request));
    // From here on the poll counts; what came while the last partitions were read is not in it.
    if (has_more(request, pass.answers)) continue;
    pass.answers.clear();
    // A marker is small, and may release much.
    const bool in_time = co_await poll.wait(
        is_committed(request) ? 1 : request.bytes_min - pass.bytes, request.deadline);
    if (!in_time) request.deadline = os::MonotonicTime::min();
  }
}

bool Fetcher::has_more(const FetchRequest& request, const FetchAnswer& answers) const {
  for (size_t i = 0; i < answers.size(); ++i) {
    const auto now = state(request.partitions[i].from);
    if (!now || now->high_watermark != answers[i]->high_watermark) return true;
    if (now->log_start != answers[i]->log_start) return true;
    if (is_committed(request) && now->last_stable != answers[i]->last_stable) return true;
  }
  return false;
}

runtime::Awaitable<Fetcher::Pass> Fetcher::read_all(const FetchRequest* request) {
  std::vector<Reading> readings;
  for (const FetchPartition& wanted : request->partitions) {
    readings.push_back(begin(wanted, request->isolation));
  }
  Space space{.bytes_max = request->bytes_max};
  if (const auto rest = read_cached(readings, space); !rest.empty()) {
    co_await parts_.pool.run([&] { read_stored(rest, space); });
  }
  Pass pass{.answers = {}, .bytes = space.bytes};
  for (Reading& reading : readings) {
    pass.answers.push_back(finish(std::move(reading), request->isolation));
    if (!pass.answers.back()) pass.is_refused = true;
  }
  co_return pass;
}

Fetcher::Reading Fetcher::begin(const FetchPartition& wanted, Isolation isolation) const {
  Reading reading{.wanted = &wanted, .found = {.batches = {}, .next = wanted.offset}};
  auto refused = [&](Refusal why) {
    reading.refusal = std::move(why);
    return reading;
  };
  const auto now = state(wanted.from);
  if (!now) return refused(now.error());
  if (const auto fine = check_epoch(*now, wanted.current_epoch); !fine) {
    return refused(fine.error());
  }
  if (wanted.offset < now->log_start || wanted.offset > now->high_watermark) {
    return refused(out_of_range(wanted.from, wanted.offset, *now));
  }
  reading.log = *parts_.topics.log_of(wanted.from);
  reading.seen = *now;
  reading.limit = limit_of(*now, isolation);
  return reading;
}

std::span<Fetcher::Reading> Fetcher::read_cached(std::span<Reading> readings, Space& space) const {
  for (; !readings.empty(); readings = readings.subspan(1)) {
    Reading& next = readings.front();
    if (!next.wants_any(space)) continue;
    auto cached = parts_.engine.read_cached(next.log, next.wanted->offset, next.bytes_max(space));
    if (!cached) break;
    next.take(*std::move(cached), space);
  }
  return readings;
}

void Fetcher::read_stored(std::span<Reading> readings, Space& space) const {
  for (Reading& next : readings) {
    if (!next.wants_any(space)) continue;
    next.take(parts_.engine.read(next.log, next.wanted->offset, next.bytes_max(space)), space);
  }
}

Answer<Fetched> Fetcher::finish(Reading reading, Isolation isolation) const {
  if (reading.refusal) return std::unexpected(*std::move(reading.refusal));
  // As it was seen before it was read: what came since makes has_more() true.
  const PartitionState& seen = reading.seen;
  Fetched fetched{.log_start = seen.log_start,
                  .high_watermark = seen.high_watermark,
                  .last_stable = seen.last_stable,
                  .batches = std::move(reading.found.batches),
                  .next = reading.found.next};
  if (isolation == Isolation::read_committed && !fetched.batches.empty()) {
    fetched.aborted = parts_.engine.aborted(reading.log, reading.wanted->offset, fetched.next);
  }
  return fetched;
}

runtime::Awaitable<Result<storage::ReadResult>> Fetcher::read(LogId log, Offset from,
                                                              size_t bytes_max) {
  if (auto cached = parts_.engine.read_cached(log, from, bytes_max)) co_return *std::move(cached);
  co_return co_await parts_.pool.run(
      [this, log, from, bytes_max] { return parts_.engine.read(log, from, bytes_max); });
}

Answer<PartitionState> Fetcher::state(const TopicPartition& of) const {
  const auto log = parts_.topics.log_of(of);
  if (!log) return std::unexpected(log.error());
  const auto state = parts_.engine.state(*log);
  if (!state) {
    return refuse(Reason::unknown_topic_or_partition,
                  fmt::format("topic '{}' is being deleted", of.topic.value()));
  }
  return PartitionState{.log_start = state->start,
                        .high_watermark = state->end,
                        .last_stable = state->stable,
                        .epoch = state->epoch,
                        .bytes = state->bytes,
                        .quarantined = state->quarantined};
}

Answer<void> Fetcher::check_epoch(const PartitionState& state, std::optional<LeaderEpoch> current) {
  if (!current || *current == state.epoch) return {};
  if (*current < state.epoch) {
    return refuse(Reason::fenced_leader_epoch,
                  fmt::format("leader epoch {} is over, the partition has epoch {}",
                              current->value(), state.epoch.value()));
  }
  return refuse(Reason::unknown_leader_epoch,
                fmt::format("leader epoch {} has not begun, the partition has epoch {}",
                            current->value(), state.epoch.value()));
}

std::vector<LogId> Fetcher::logs_of(const FetchRequest& request) const {
  std::vector<LogId> logs;
  for (const FetchPartition& wanted : request.partitions) {
    if (auto log = parts_.topics.log_of(wanted.from)) logs.push_back(*log);
  }
  return logs;
}

}  // namespace tarn::broker
