#include "engines/storage/storage_metrics.h"

namespace tarn::storage {

StorageMetrics::StorageMetrics(telemetry::MetricRegistry& registry)
    : commit_seconds(registry.histogram("tarn_storage_commit_seconds",
                                        "Time to write and sync one round of the journal",
                                        telemetry::latency_seconds_buckets())),
      round_batches(registry.histogram("tarn_storage_round_batches", "Batches in one round",
                                       {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000})),
      rounds(registry.counter("tarn_storage_rounds_total", "Rounds committed")),
      appended_bytes(registry.counter("tarn_storage_appended_bytes_total", "Bytes of batches")),
      cache_hits(registry.counter("tarn_storage_cache_hits_total", "Reads from the tail cache")),
      cache_misses(
          registry.counter("tarn_storage_cache_misses_total", "Reads that needed the disk")),
      checkpoints(registry.counter("tarn_storage_checkpoints_total", "Checkpoints written")),
      refusals(registry.counter("tarn_storage_refusals_total", "Transactions refused")),
      compactions(registry.counter("tarn_storage_compactions_total", "Compactions of a log")),
      compacted_bytes(registry.counter("tarn_storage_compacted_bytes_total",
                                       "Bytes that compactions have removed")),
      free_bytes(registry.gauge("tarn_storage_free_bytes", "Free space on the disk")),
      quarantined_logs(registry.gauge("tarn_storage_quarantined_logs", "Logs with damage")) {}

}  // namespace tarn::storage
