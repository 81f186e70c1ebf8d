#include "engines/storage/batch_cleaner.h"

#include <algorithm>

#include "formats/record/batch_rewriter.h"
#include "formats/record/record_reader.h"
#include "formats/record/transaction_marker.h"

namespace tarn::storage {
namespace {

// Readers ask which transactions were aborted just after they have read the batches: what is said
// about a transaction outlasts its batches by this at least.
constexpr Millis kMarkerRetentionMin = std::chrono::minutes(1);

// In the past for a retention of 0, and never beyond what a time can be.
Timestamp later(Timestamp now, Millis by) {
  const Timestamp last = from_unix_millis(INT64_MAX / 2);
  return by < last - now ? now + by : last;
}

}  // namespace

AbortedBatches::AbortedBatches(std::span<const AbortedTransaction> aborted) {
  for (const AbortedTransaction& transaction : aborted) {
    by_marker_[transaction.producer].emplace(transaction.marker, transaction.first);
  }
}

bool AbortedBatches::contains(const record::BatchHeader& header) const {
  if (!header.is_transactional()) return false;
  const auto producer = by_marker_.find(header.producer_id);
  if (producer == by_marker_.end()) return false;
  const auto next = producer->second.upper_bound(header.base_offset);
  return next != producer->second.end() && next->second <= header.base_offset;
}

bool AbortedBatches::has_marker(ProducerId producer, Offset marker) const {
  const auto found = by_marker_.find(producer);
  return found != by_marker_.end() && found->second.contains(marker);
}

BatchCleaner::Cleaned BatchCleaner::clean(const StoredBatch& batch) {
  if (batch.header.is_control()) return clean_marker(batch);
  if (batch.header.is_transactional()) with_batches_.insert(batch.header.producer_id);
  if (batch.header.base_offset >= mapped_to_) return {};
  if (batch.header.next_offset() <= job_->start) return {.verdict = Verdict::drop};
  return clean_records(batch);
}

BatchCleaner::Cleaned BatchCleaner::clean_marker(const StoredBatch& batch) {
  const record::BatchHeader& header = batch.header;
  if (!record::read_marker(batch.bytes)) return {};
  const bool has_batches = with_batches_.erase(header.producer_id) > 0;
  if (has_batches || header.base_offset >= mapped_to_) return {};
  if (!header.has_delete_horizon()) {
    const Timestamp horizon =
        later(now_, std::max(job_->config.tombstone_retention, kMarkerRetentionMin));
    record::BatchRewriter rewriter(header, horizon);
    auto reader = record::RecordReader::open(batch.bytes);
    auto marker = reader ? reader->next() : reader.error();
    if (!marker || !*marker) return {};
    rewriter.keep(**marker);
    return {.verdict = Verdict::replace, .replacement = std::move(rewriter).finish()};
  }
  if (!is_past_horizon(header) || is_last_of_producer(header)) return {};
  Cleaned cleaned{.verdict = Verdict::drop};
  if (aborted_->has_marker(header.producer_id, header.base_offset)) {
    cleaned.forgotten = header.base_offset;
  }
  return cleaned;
}

BatchCleaner::Cleaned BatchCleaner::clean_records(const StoredBatch& batch) {
  const record::BatchHeader& header = batch.header;
  const auto kept = choose(batch);
  if (!kept) return {};
  const bool is_whole = kept->count == header.record_count;
  if (kept->count == 0 && !is_last_of_producer(header)) return {.verdict = Verdict::drop};
  if (is_whole && (!kept->has_tombstone || header.has_delete_horizon())) return {};
  auto replacement = rewrite(batch, *kept);
  if (!replacement) return {};
  return {.verdict = Verdict::replace, .replacement = *std::move(replacement)};
}

Result<BatchCleaner::Kept> BatchCleaner::choose(const StoredBatch& batch) const {
  Kept kept;
  if (aborted_->contains(batch.header)) return kept;
  auto reader = TRY(record::RecordReader::open(batch.bytes));
  while (const auto record = TRY(reader.next())) {
    const bool stays = is_kept(batch.header, *record);
    kept.records.push_back(stays);
    kept.count += stays ? 1 : 0;
    kept.has_tombstone |= stays && !record->value;
  }
  return kept;
}

bool BatchCleaner::is_kept(const record::BatchHeader& header, const record::Record& record) const {
  if (record.offset < job_->start || !record.key) return false;
  const auto latest = keys_->latest(*record.key);
  if (latest && *latest > record.offset) return false;
  return record.value || !is_past_horizon(header);
}

Result<Bytes> BatchCleaner::rewrite(const StoredBatch& batch, const Kept& kept) const {
  std::optional<Timestamp> horizon;
  if (kept.has_tombstone && !batch.header.has_delete_horizon()) {
    horizon = later(now_, job_->config.tombstone_retention);
  }
  record::BatchRewriter rewriter(batch.header, horizon);
  if (kept.count > 0) {
    auto reader = TRY(record::RecordReader::open(batch.bytes));
    for (const bool stays : kept.records) {
      const auto record = TRY(reader.next());
      if (stays) rewriter.keep(*record);
    }
  }
  return std::move(rewriter).finish();
}

bool BatchCleaner::is_last_of_producer(const record::BatchHeader& header) const {
  const auto found = job_->producers.find(header.producer_id);
  if (found == job_->producers.end()) return false;
  const ProducerPlace& place = found->second;
  if (place.last_batch) return *place.last_batch == header.base_offset;
  return header.is_control() && header.producer_epoch == place.epoch;
}

bool BatchCleaner::is_past_horizon(const record::BatchHeader& header) const {
  return header.has_delete_horizon() && header.base_timestamp <= now_;
}

}  // namespace tarn::storage
