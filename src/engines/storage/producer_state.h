// What a log remembers about its idempotent producers (KIP-98): enough to recognise a batch that is
// sent again, a gap, and a producer that was replaced by a newer instance of itself.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "base/ids.h"
#include "base/time.h"
#include "engines/storage/types.h"
#include "formats/record/batch_header.h"

namespace tarn::storage {

// A client has at most five batches under way.
inline constexpr size_t kProducerBatchesMax = 5;

struct ProducerBatch {
  int32_t first_sequence = 0;
  int32_t last_sequence = 0;
  Offset base;
  bool operator==(const ProducerBatch&) const = default;
};

struct ProducerEntry {
  int16_t epoch = 0;
  Timestamp last_append{};            // by the broker's clock
  std::deque<ProducerBatch> batches;  // the latest ones, oldest first
  bool operator==(const ProducerEntry&) const = default;
};

class ProducerTable {
 public:
  // None: the batch may be appended. A value: it is there already, from this offset on. A producer
  // that has been silent for longer than expiration is unknown; an unknown one may start anywhere.
  [[nodiscard]] std::expected<std::optional<Offset>, Refusal> check(
      const record::BatchHeader& header, Timestamp now, Millis expiration) const;

  // The batch, with its offset, is in the log.
  void append(const record::BatchHeader& header, Timestamp now, Millis expiration);

  [[nodiscard]] const std::map<ProducerId, ProducerEntry>& entries() const { return entries_; }
  [[nodiscard]] std::optional<ProducerEntry> find(ProducerId producer) const;
  // None: forgets the producer.
  void restore(ProducerId producer, std::optional<ProducerEntry> entry);
  void expire(Timestamp now, Millis expiration);

 private:
  std::map<ProducerId, ProducerEntry> entries_;
};

// Sequence numbers are 31 bits wide and start again at 0.
int32_t sequence_after(int32_t sequence, int32_t records);

}  // namespace tarn::storage
