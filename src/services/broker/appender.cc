#include "services/broker/appender.h"

#include <fmt/format.h>

#include "base/check.h"
#include "formats/record/validate.h"

namespace tarn::broker {
namespace {

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

}  // namespace

void Appender::append(Batches batches, Origin origin, Done done) {
  auto checked = check_all(batches, origin);
  if (!checked) {
    return inbox_.refuse(std::move(checked).error(),
                         [done = std::move(done)](auto refused) mutable {
                           done(std::unexpected(std::move(refused).error()));
                         });
  }
  storage::Transaction transaction;
  for (size_t i = 0; i < batches.size(); ++i) {
    transaction.emplace_back(storage::Append{(*checked)[i].log, std::move(batches[i].second)});
  }
  inbox_.submit(std::move(transaction), [this, checked = *std::move(checked),
                                         done = std::move(done)](auto results) mutable {
    if (!results) return done(std::unexpected(std::move(results).error()));
    done(committed(checked, *results));
  });
}

Answer<std::vector<Appender::Checked>> Appender::check_all(const Batches& batches, Origin origin) {
  if (is_closed_) return refuse(Reason::shutting_down, "the broker shuts down");
  std::vector<Checked> checked;
  for (const auto& [to, batch] : batches) {
    auto one = check_batch(to, batch, origin);
    if (!one) return std::unexpected(std::move(one).error());
    checked.push_back(*one);
  }
  return checked;
}

Answer<Appender::Checked> Appender::check_batch(const TopicPartition& to, const MutableBytes& batch,
                                                Origin origin) {
  const auto log = topics_.log_of(to);
  if (!log) return std::unexpected(log.error());
  const Topic& topic = *topics_.find(to.topic);
  if (topic.is_internal() && origin == Origin::client) {
    return refuse(Reason::internal_topic,
                  fmt::format("topic '{}' is written by the broker alone", to.topic.value()));
  }
  const auto header = record::validate_batch(batch.view(), topic.settings.message_bytes_max);
  if (!header) return refuse(reason_of(header.error().code()), header.error().message());
  if (header->is_transactional()) {
    return refuse(Reason::invalid_record, "transactions are not supported");
  }
  Checked checked{.log = *log, .bytes = batch.size()};
  if (topic.settings.log_append_time) {
    checked.append_time = clock_.now();
    record::set_log_append_time(batch.view(), *checked.append_time);
  } else if (auto fine = check_time(topic, header->max_timestamp); !fine) {
    return std::unexpected(std::move(fine).error());
  }
  return checked;
}

Answer<void> Appender::check_time(const Topic& topic, Timestamp newest) const {
  // -1 is a record without a time.
  if (unix_millis(newest) < 0) return {};
  const Timestamp now = clock_.now();
  const TopicSettings& settings = topic.settings;
  if (newest > now && newest - now > settings.timestamp_after_max) {
    return refuse(
        Reason::invalid_timestamp,
        fmt::format("a record has the time {}, which is more than {} ms "
                    "(message.timestamp.after.max.ms) after the broker's {}",
                    to_iso8601(newest), settings.timestamp_after_max.count(), to_iso8601(now)));
  }
  if (newest < now && now - newest > settings.timestamp_before_max) {
    return refuse(
        Reason::invalid_timestamp,
        fmt::format("a record has the time {}, which is more than {} ms "
                    "(message.timestamp.before.max.ms) before the broker's {}",
                    to_iso8601(newest), settings.timestamp_before_max.count(), to_iso8601(now)));
  }
  return {};
}

std::vector<Produced> Appender::committed(const std::vector<Checked>& checked,
                                          const storage::Committed& results) {
  check(checked.size() == results.size(), "one result for each appended batch");
  std::vector<Produced> produced;
  for (size_t i = 0; i < checked.size(); ++i) {
    if (!results[i].is_duplicate) polls_.committed(checked[i].log, checked[i].bytes);
    const auto state = engine_.state(checked[i].log);
    produced.push_back({.base = results[i].base,
                        .append_time = checked[i].append_time,
                        .log_start = state ? state->start : Offset(0)});
  }
  return produced;
}

}  // namespace tarn::broker
