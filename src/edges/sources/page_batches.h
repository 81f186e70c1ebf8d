// The records of a page as batches for the log.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "edges/sources/outcome.h"
#include "formats/json/pointer.h"
#include "services/log/log.h"

namespace tarn::sources {

struct BatchRules {
  TopicName topic;
  int32_t partitions = 1;
  std::optional<json::Pointer> key;
  size_t batch_bytes_max = 1 << 20;  // a record that is larger alone is a batch of its own
};

struct PageBatches {
  std::vector<log::RecordBatch> batches;
  int64_t records = 0;
};

// A record's value is the element as the service wrote it, without the whitespace between tokens,
// so that it is one line; its numbers, order and escapes stay. Its key is the text at `key`: of a
// string what it means, of other kinds the JSON text, of null and nothing no key. Records with a
// key go where Kafka's clients would send them, the others to one partition, chosen by `page`.
PageBatches make_batches(const BatchRules& rules, const std::optional<PageRecords>& records,
                         Timestamp now, int64_t page);

// How many records that are; nothing is built.
int64_t count_records(const std::optional<PageRecords>& records);

}  // namespace tarn::sources
