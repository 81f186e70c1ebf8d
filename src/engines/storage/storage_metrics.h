// What the engine counts.
#pragma once

#include "platform/telemetry/metrics.h"

namespace tarn::storage {

struct StorageMetrics {
  explicit StorageMetrics(telemetry::MetricRegistry& registry);

  telemetry::Histogram& commit_seconds;
  telemetry::Histogram& round_batches;
  telemetry::Counter& rounds;
  telemetry::Counter& appended_bytes;
  telemetry::Counter& cache_hits;
  telemetry::Counter& cache_misses;
  telemetry::Counter& checkpoints;
  telemetry::Counter& refusals;
  telemetry::Counter& compactions;
  telemetry::Counter& compacted_bytes;
  telemetry::Gauge& free_bytes;
  telemetry::Gauge& quarantined_logs;
};

}  // namespace tarn::storage
