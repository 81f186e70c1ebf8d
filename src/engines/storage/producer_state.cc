#include "engines/storage/producer_state.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace tarn::storage {
namespace {

constexpr int64_t kSequences = int64_t{std::numeric_limits<int32_t>::max()} + 1;

bool is_idempotent(const record::BatchHeader& header) {
  return header.producer_id.value() >= 0;
}
bool has_sequence(const record::BatchHeader& header) {
  return !header.is_control() && header.base_sequence >= 0;
}
bool is_forgotten(const ProducerEntry& entry, Timestamp now, Millis expiration) {
  return !entry.transaction && now - entry.last_append > expiration;
}
int32_t last_sequence(const record::BatchHeader& header) {
  return sequence_after(header.base_sequence, header.last_offset_delta);
}

std::unexpected<Refusal> refuse(RefusalReason reason, const record::BatchHeader& header,
                                std::string_view why) {
  return std::unexpected(Refusal{
      reason, fmt::format("producer {} epoch {} sequence {}: {}", header.producer_id.value(),
                          header.producer_epoch, header.base_sequence, why)});
}

// How far `to` lies after `from`, in (-2^30, 2^30].
int64_t sequence_distance(int32_t from, int32_t to) {
  int64_t distance = (int64_t{to} - from + kSequences) % kSequences;
  if (distance > kSequences / 2) distance -= kSequences;
  return distance;
}

}  // namespace

LoggedBatch look_at(const record::BatchHeader& header, BytesView batch) {
  LoggedBatch seen{.header = header, .ends = {}};
  if (!header.is_control()) return seen;
  if (const auto marker = record::read_marker(batch)) seen.ends = marker->end;
  return seen;
}

int32_t sequence_after(int32_t sequence, int32_t records) {
  return static_cast<int32_t>((int64_t{sequence} + records) % kSequences);
}

std::expected<std::optional<Offset>, Refusal> ProducerTable::check(
    const record::BatchHeader& header, Timestamp now, Millis expiration) const {
  if (!is_idempotent(header)) return std::nullopt;
  const auto found = entries_.find(header.producer_id);
  if (found == entries_.end()) return std::nullopt;
  const ProducerEntry& entry = found->second;
  if (is_forgotten(entry, now, expiration)) return std::nullopt;
  if (header.producer_epoch < entry.epoch) {
    return refuse(RefusalReason::invalid_producer_epoch, header,
                  fmt::format("a newer instance has epoch {}", entry.epoch));
  }
  if (!has_sequence(header)) return std::nullopt;
  if (entry.transaction && !header.is_transactional()) {
    return refuse(RefusalReason::invalid_transaction, header, "its transaction is still open");
  }
  if (header.producer_epoch > entry.epoch) {
    if (header.base_sequence == 0) return std::nullopt;
    return refuse(RefusalReason::out_of_order_sequence, header, "a new epoch starts at 0");
  }
  const int32_t last = last_sequence(header);
  for (const ProducerBatch& batch : entry.batches) {
    if (batch.first_sequence == header.base_sequence && batch.last_sequence == last) {
      return batch.base;
    }
  }
  // After a marker of the same epoch nothing is remembered but the epoch.
  if (entry.batches.empty()) return std::nullopt;
  const int32_t newest = entry.batches.back().last_sequence;
  if (header.base_sequence == sequence_after(newest, 1)) return std::nullopt;
  if (sequence_distance(newest, last) <= 0) {
    return refuse(RefusalReason::duplicate_sequence, header,
                  fmt::format("an old duplicate, the last one was {}", newest));
  }
  return refuse(RefusalReason::out_of_order_sequence, header,
                fmt::format("expected {}", sequence_after(newest, 1)));
}

std::optional<Offset> ProducerTable::append(const LoggedBatch& batch, Timestamp now,
                                            Millis expiration) {
  const record::BatchHeader& header = batch.header;
  if (!is_idempotent(header)) return std::nullopt;
  auto [found, is_new] = entries_.try_emplace(header.producer_id);
  ProducerEntry& entry = found->second;
  const bool expired = !is_new && is_forgotten(entry, now, expiration);
  if (is_new || expired || header.producer_epoch != entry.epoch) entry.batches.clear();
  entry.epoch = header.producer_epoch;
  entry.last_append = is_new ? now : std::max(entry.last_append, now);
  if (header.is_control()) return batch.ends ? end_transaction(entry) : std::nullopt;
  if (header.is_transactional() && !entry.transaction) {
    entry.transaction = header.base_offset;
    open_.insert(header.base_offset);
  }
  if (!has_sequence(header)) return std::nullopt;
  entry.batches.push_back({header.base_sequence, last_sequence(header), header.base_offset});
  if (entry.batches.size() > kProducerBatchesMax) entry.batches.pop_front();
  return std::nullopt;
}

std::optional<Offset> ProducerTable::end_transaction(ProducerEntry& entry) {
  const auto began = std::exchange(entry.transaction, std::nullopt);
  if (began) open_.erase(*began);
  return began;
}

std::optional<Offset> ProducerTable::first_open() const {
  if (open_.empty()) return std::nullopt;
  return *open_.begin();
}

std::optional<ProducerEntry> ProducerTable::find(ProducerId producer) const {
  const auto found = entries_.find(producer);
  if (found == entries_.end()) return std::nullopt;
  return found->second;
}

void ProducerTable::restore(ProducerId producer, std::optional<ProducerEntry> entry) {
  const auto before = entries_.find(producer);
  if (before != entries_.end() && before->second.transaction) {
    open_.erase(*before->second.transaction);
  }
  if (!entry) {
    entries_.erase(producer);
    return;
  }
  if (entry->transaction) open_.insert(*entry->transaction);
  entries_.insert_or_assign(producer, *std::move(entry));
}

void ProducerTable::expire(Timestamp now, Millis expiration) {
  std::erase_if(entries_,
                [&](const auto& item) { return is_forgotten(item.second, now, expiration); });
}

}  // namespace tarn::storage
