// What a log remembers about its idempotent and transactional producers (KIP-98): enough to
// recognise a batch that is sent again, a gap, a producer that was replaced by a newer instance of
// itself, and where the open transactions begin.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>

#include "base/ids.h"
#include "base/time.h"
#include "engines/storage/types.h"
#include "formats/record/batch_header.h"
#include "formats/record/transaction_marker.h"

namespace tarn::storage {

// A client has at most five batches under way.
inline constexpr size_t kProducerBatchesMax = 5;

struct ProducerBatch {
  int32_t first_sequence = 0;
  int32_t last_sequence = 0;
  Offset base;
  bool operator==(const ProducerBatch&) const = default;
};

// A batch as the bookkeeping sees it.
struct LoggedBatch {
  record::BatchHeader header;                  // with its offset and epoch
  std::optional<record::TransactionEnd> ends;  // the open transaction of its producer
};
LoggedBatch look_at(const record::BatchHeader& header, BytesView batch);

struct ProducerEntry {
  int16_t epoch = 0;
  Timestamp last_append{};            // by the broker's clock
  std::deque<ProducerBatch> batches;  // the latest ones, oldest first
  std::optional<Offset> transaction;  // the first record of the open one
  bool operator==(const ProducerEntry&) const = default;
};

class ProducerTable {
 public:
  // None: the batch may be appended. A value: it is there already, from this offset on. A producer
  // that has been silent for longer than expiration and has no open transaction is unknown; an
  // unknown one may start anywhere.
  [[nodiscard]] std::expected<std::optional<Offset>, Refusal> check(
      const record::BatchHeader& header, Timestamp now, Millis expiration) const;

  // The batch is in the log. Where the transaction began that it has ended, if any.
  std::optional<Offset> append(const LoggedBatch& batch, Timestamp now, Millis expiration);
  // Where the oldest open transaction begins.
  [[nodiscard]] std::optional<Offset> first_open() const;

  [[nodiscard]] const std::map<ProducerId, ProducerEntry>& entries() const { return entries_; }
  [[nodiscard]] std::optional<ProducerEntry> find(ProducerId producer) const;
  // None: forgets the producer.
  void restore(ProducerId producer, std::optional<ProducerEntry> entry);
  void expire(Timestamp now, Millis expiration);

 private:
  std::optional<Offset> end_transaction(ProducerEntry& entry);

  std::map<ProducerId, ProducerEntry> entries_;
  std::set<Offset> open_;  // where the open transactions begin
};

// Sequence numbers are 31 bits wide and start again at 0.
int32_t sequence_after(int32_t sequence, int32_t records);

}  // namespace tarn::storage
