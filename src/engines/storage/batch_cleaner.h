// What compaction leaves of each batch of a log (KIP-98, KIP-534).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "engines/storage/compaction_job.h"
#include "engines/storage/key_map.h"
#include "engines/storage/segment_scanner.h"
#include "formats/record/record.h"

namespace tarn::storage {

// Which batches belong to aborted transactions.
class AbortedBatches {
 public:
  explicit AbortedBatches(std::span<const AbortedTransaction> aborted);
  [[nodiscard]] bool contains(const record::BatchHeader& header) const;
  // Is there an entry with this marker?
  [[nodiscard]] bool has_marker(ProducerId producer, Offset marker) const;

 private:
  std::map<ProducerId, std::map<Offset, Offset>> by_marker_;  // to the first offset
};

// Kept are
//  - the latest record of each key, which is a tombstone for as long as the delete horizon of its
//    batch has not passed; the horizon is set by the first compaction that sees the tombstone;
//  - no record of an aborted transaction, and none without a key;
//  - the marker of a transaction until no batch of it is left, and from then on until its horizon;
//  - the last batch of each producer, empty if nothing in it counts;
//  - what cannot be read as records, and what is not in the map yet, as it is.
class BatchCleaner {
 public:
  // keys: of all records in [job.dirty_from, mapped_to) that count.
  BatchCleaner(const CompactionJob& job, const AbortedBatches& aborted, const KeyMap& keys,
               Offset mapped_to, Timestamp now)
      : job_(&job), aborted_(&aborted), keys_(&keys), mapped_to_(mapped_to), now_(now) {}

  enum class Verdict { keep, drop, replace };
  struct Cleaned {
    Verdict verdict = Verdict::keep;
    Bytes replacement = {};
    std::optional<Offset> forgotten = {};  // the marker of an aborted transaction that goes
  };
  // For all batches, from the first one of the log on, in order.
  Cleaned clean(const StoredBatch& batch);

 private:
  struct Kept {
    std::vector<bool> records;
    int32_t count = 0;
    bool has_tombstone = false;
  };
  Cleaned clean_marker(const StoredBatch& batch);
  Cleaned clean_records(const StoredBatch& batch);
  [[nodiscard]] Result<Kept> choose(const StoredBatch& batch) const;
  [[nodiscard]] bool is_kept(const record::BatchHeader& header, const record::Record& record) const;
  [[nodiscard]] Result<Bytes> rewrite(const StoredBatch& batch, const Kept& kept) const;
  [[nodiscard]] bool is_last_of_producer(const record::BatchHeader& header) const;
  [[nodiscard]] bool is_past_horizon(const record::BatchHeader& header) const;

  const CompactionJob* job_;
  const AbortedBatches* aborted_;
  const KeyMap* keys_;
  Offset mapped_to_;
  Timestamp now_;
  std::set<ProducerId> with_batches_;  // in the transaction that is open at this place
};

}  // namespace tarn::storage
