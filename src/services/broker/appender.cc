#include "services/broker/appender.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"

namespace tarn::broker {
namespace {

// What is unfolded at once, on the I/O thread: well below a millisecond with any codec.
constexpr size_t kSmallBytes = 16 << 10;
constexpr size_t kSmallPlainBytes = 128 << 10;

// Of what was built here.
Result<record::BatchHeader> check_own(BytesView batch, size_t bytes_max) {
  if (batch.size() > bytes_max) {
    return Error(ErrorCode::resource_exhausted,
                 fmt::format("a batch of {} bytes; the limit is {}", batch.size(), bytes_max));
  }
  return record::read_batch_header(batch);
}

Reason reason_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::corrupt:
      return Reason::corrupt_batch;
    case ErrorCode::resource_exhausted:
      return Reason::message_too_large;
    default:
      return Reason::invalid_record;
  }
}

Refusal refusal_of(const Error& error) {
  return {reason_of(error.code()), error.message()};
}

}  // namespace

Appender::Appender(AppenderParts parts)
    : parts_(std::move(parts)), idle_(parts_.executor), tasks_(parts_.executor, nullptr) {}

void Appender::append(Batches batches, Origin origin, Done done) {
  auto checked = check_all(batches, origin);
  if (!checked) return refuse_all(std::move(checked).error(), std::move(done));
  Append append{std::move(batches), *std::move(checked), std::move(done)};
  if (!must_wait(append.checked)) return submit(std::move(append));
  for (const Checked& one : append.checked) ++waiting_[one.log];
  tasks_.spawn("unfold", append_later(std::make_shared<Append>(std::move(append))));
}

runtime::Awaitable<void> Appender::stop() {
  while (!waiting_.empty()) co_await idle_.wait();
  co_await tasks_.stop();
}

Answer<std::vector<Appender::Checked>> Appender::check_all(const Batches& batches, Origin origin) {
  if (is_closed_) return refuse(Reason::shutting_down, "the broker shuts down");
  std::vector<Checked> checked;
  for (const auto& [to, batch] : batches) {
    auto one = check_batch(to, batch, origin);
    if (!one) return std::unexpected(std::move(one).error());
    checked.push_back(*std::move(one));
  }
  return checked;
}

Answer<Appender::Checked> Appender::check_batch(const TopicPartition& to, const MutableBytes& batch,
                                                Origin origin) {
  const auto log = parts_.topics.log_of(to);
  if (!log) return std::unexpected(log.error());
  const Topic& topic = *parts_.topics.find(to.topic);
  if (topic.is_internal() && origin == Origin::client) {
    return refuse(Reason::internal_topic,
                  fmt::format("topic '{}' is written by the broker alone", to.topic.value()));
  }
  Checked checked{.log = *log, .bytes = batch.size()};
  const size_t bytes_max = topic.settings.message_bytes_max;
  const auto header = origin == Origin::broker ? check_own(batch.view(), bytes_max)
                                               : record::validate_batch(batch.view(), bytes_max);
  if (!header) return std::unexpected(refusal_of(header.error()));
  if (header->is_control()) return checked;
  // Whoever writes from inside has made the batch itself.
  const bool is_trusted = origin != Origin::client && header->codec() != record::Codec::none;
  if (!is_trusted) {
    auto fine = check_records(topic, *header, batch, checked);
    if (!fine) return std::unexpected(std::move(fine).error());
  }
  if (topic.settings.log_append_time) {
    checked.append_time = parts_.clock.now();
    record::set_log_append_time(batch.view(), *checked.append_time);
  }
  return checked;
}

Answer<void> Appender::check_records(const Topic& topic, const record::BatchHeader& header,
                                     const MutableBytes& batch, Checked& checked) {
  const bool is_packed = header.codec() != record::Codec::none;
  checked.to_unfold = header;
  if (is_packed && batch.size() > kSmallBytes) return {};
  const auto facts = record::validate_records(
      header, batch.view(), is_packed ? kSmallPlainBytes : record::kDecompressedBytesMax);
  if (!facts && facts.error().code() == ErrorCode::resource_exhausted) return {};
  checked.to_unfold.reset();
  if (!facts) return std::unexpected(refusal_of(facts.error()));
  return take_facts(topic, header, *facts, batch.view());
}

Answer<void> Appender::take_facts(const Topic& topic, const record::BatchHeader& header,
                                  const record::RecordFacts& facts, std::span<std::byte> batch) {
  if (topic.settings.log.compact && !facts.without_key.empty()) {
    return std::unexpected(Refusal{.reason = Reason::invalid_record,
                                   .message = "a record without a key; the topic is compacted "
                                              "(cleanup.policy), which goes by keys",
                                   .records = facts.without_key});
  }
  if (topic.settings.log_append_time) return {};
  for (const Timestamp at : {facts.oldest, facts.newest}) {
    if (auto fine = check_time(topic, at); !fine) return fine;
  }
  if (facts.newest != header.max_timestamp) record::set_max_timestamp(batch, facts.newest);
  return {};
}

Answer<void> Appender::check_time(const Topic& topic, Timestamp at) const {
  // -1 is a record without a time.
  if (unix_millis(at) < 0) return {};
  const Timestamp now = parts_.clock.now();
  const TopicSettings& settings = topic.settings;
  if (at > now && at - now > settings.timestamp_after_max) {
    return refuse(
        Reason::invalid_timestamp,
        fmt::format("a record has the time {}, which is more than {} ms "
                    "(message.timestamp.after.max.ms) after the broker's {}",
                    to_iso8601(at), settings.timestamp_after_max.count(), to_iso8601(now)));
  }
  if (at < now && now - at > settings.timestamp_before_max) {
    return refuse(
        Reason::invalid_timestamp,
        fmt::format("a record has the time {}, which is more than {} ms "
                    "(message.timestamp.before.max.ms) before the broker's {}",
                    to_iso8601(at), settings.timestamp_before_max.count(), to_iso8601(now)));
  }
  return {};
}

bool Appender::must_wait(const std::vector<Checked>& checked) const {
  return std::ranges::any_of(
      checked, [this](const Checked& one) { return one.to_unfold || waiting_.contains(one.log); });
}

runtime::Task<void> Appender::append_later(std::shared_ptr<Append> append) {
  const auto unfolded = co_await unfolder_.run([&append] { return unfold(*append); });
  for (const Checked& one : append->checked) {
    if (--waiting_[one.log] == 0) waiting_.erase(one.log);
  }
  if (auto fine = take_unfolded(*append, unfolded); fine) {
    submit(std::move(*append));
  } else {
    refuse_all(std::move(fine).error(), std::move(append->done));
  }
  if (waiting_.empty()) idle_.notify_all();
  co_return Status();
}

Result<Appender::Unfolded> Appender::unfold(const Append& append) {
  Unfolded unfolded(append.checked.size());
  for (size_t i = 0; i < unfolded.size(); ++i) {
    if (const auto& header = append.checked[i].to_unfold) {
      unfolded[i] = TRY(record::validate_records(*header, append.batches[i].second.view()));
    }
  }
  return unfolded;
}

Answer<void> Appender::take_unfolded(const Append& append, const Result<Unfolded>& unfolded) {
  if (!unfolded) return std::unexpected(refusal_of(unfolded.error()));
  for (size_t i = 0; i < unfolded->size(); ++i) {
    const auto& [to, batch] = append.batches[i];
    const Topic* topic = parts_.topics.find(to.topic);
    if (topic == nullptr || !(*unfolded)[i]) continue;  // deleted: the engine will say so
    auto fine = take_facts(*topic, *append.checked[i].to_unfold, *(*unfolded)[i], batch.view());
    if (!fine) return fine;
  }
  return {};
}

void Appender::submit(Append append) {
  storage::Transaction transaction;
  for (size_t i = 0; i < append.batches.size(); ++i) {
    transaction.emplace_back(
        storage::Append{append.checked[i].log, std::move(append.batches[i].second)});
  }
  parts_.inbox.submit(std::move(transaction),
                      [this, checked = std::move(append.checked),
                       done = std::move(append.done)](auto results) mutable {
                        if (!results) return done(std::unexpected(std::move(results).error()));
                        done(committed(checked, *results));
                      });
}

void Appender::refuse_all(Refusal refusal, Done done) {
  parts_.inbox.refuse(std::move(refusal), [done = std::move(done)](auto refused) mutable {
    done(std::unexpected(std::move(refused).error()));
  });
}

std::vector<Produced> Appender::committed(const std::vector<Checked>& checked,
                                          const storage::Committed& results) {
  check(checked.size() == results.size(), "one result for each appended batch");
  std::vector<Produced> produced;
  for (size_t i = 0; i < checked.size(); ++i) {
    if (!results[i].is_duplicate) parts_.polls.committed(checked[i].log, checked[i].bytes);
    const auto state = parts_.engine.state(checked[i].log);
    produced.push_back({.base = results[i].base,
                        .append_time = checked[i].append_time,
                        .log_start = state ? state->start : Offset(0)});
  }
  return produced;
}

}  // namespace tarn::broker
