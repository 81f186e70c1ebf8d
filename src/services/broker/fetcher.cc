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
  Pass pass;
  for (const FetchPartition& wanted : request->partitions) {
    const size_t bytes_left = request->bytes_max - std::min(request->bytes_max, pass.bytes);
    auto answer = co_await read_one(wanted, request->isolation,
                                    {.bytes_max = bytes_left, .is_first = pass.bytes == 0});
    if (answer) {
      pass.bytes += total_bytes(answer->batches);
    } else {
      pass.is_refused = true;
    }
    pass.answers.push_back(std::move(answer));
  }
  co_return pass;
}

runtime::Awaitable<Answer<Fetched>> Fetcher::read_one(FetchPartition wanted, Isolation isolation,
                                                      Space space) {
  auto before = state(wanted.from);
  if (!before) co_return std::unexpected(std::move(before).error());
  if (auto fine = check_epoch(*before, wanted.current_epoch); !fine) {
    co_return std::unexpected(std::move(fine).error());
  }
  if (wanted.offset < before->log_start || wanted.offset > before->high_watermark) {
    co_return std::unexpected(out_of_range(wanted.from, wanted.offset, *before));
  }
  const size_t bytes = std::min(space.bytes_max, wanted.bytes_max);
  const Offset limit = limit_of(*before, isolation);
  storage::ReadResult found{.batches = {}, .next = wanted.offset};
  std::vector<storage::AbortedTransaction> aborted;
  if (wanted.offset < limit && (bytes > 0 || space.is_first)) {
    const LogId log = *parts_.topics.log_of(wanted.from);
    auto result = co_await read(log, wanted.offset, bytes);
    if (!result) co_return std::unexpected(to_refusal(result.error()));
    cut_off(*result, limit);
    // The engine gives one batch at least; only the first partition with records may go beyond.
    if (space.is_first || total_bytes(result->batches) <= bytes) found = *std::move(result);
    if (isolation == Isolation::read_committed) {
      aborted = parts_.engine.aborted(log, wanted.offset, found.next);
    }
  }
  // Again, so that the high watermark is not below what was read meanwhile.
  auto after = state(wanted.from);
  if (!after) co_return std::unexpected(std::move(after).error());
  co_return Fetched{.log_start = after->log_start,
                    .high_watermark = after->high_watermark,
                    .last_stable = after->last_stable,
                    .batches = std::move(found.batches),
                    .next = found.next,
                    .aborted = std::move(aborted)};
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
