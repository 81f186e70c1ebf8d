#include "engines/storage/checkpoint_writer.h"

#include "base/crc32c.h"
#include "engines/storage/log_config.h"

namespace tarn::storage {
namespace {

void put_producer(ByteWriter& out, ProducerId id, const ProducerEntry& producer) {
  out.write_i64(id.value());
  out.write_i16(producer.epoch);
  out.write_i64(unix_millis(producer.last_append));
  out.write_u32(static_cast<uint32_t>(producer.batches.size()));
  for (const ProducerBatch& batch : producer.batches) {
    out.write_i32(batch.first_sequence);
    out.write_i32(batch.last_sequence);
    out.write_i64(batch.base.value());
  }
  out.write_i64(producer.transaction.value_or(Offset(-1)).value());
}

}  // namespace

CheckpointWriter::CheckpointWriter(const JournalPoint& journal, Shutdown shutdown, LogId next_log) {
  out_.write_u32(kCheckpointMagic);
  out_.write_u32(0);
  out_.write_u64(0);
  out_.write_u32(journal.salt);
  out_.write_u64(journal.lap);
  out_.write_u64(journal.round);
  out_.write_i8(shutdown == Shutdown::clean ? 1 : 0);
  out_.write_u64(next_log.value());
}

void CheckpointWriter::put_metadata(const std::map<std::string, Bytes>& metadata) {
  out_.write_u32(static_cast<uint32_t>(metadata.size()));
  for (const auto& [key, value] : metadata) {
    write_text(out_, key);
    write_text(out_, as_text(value));
  }
}

void CheckpointWriter::begin_logs(size_t count) {
  out_.write_u32(static_cast<uint32_t>(count));
}

void CheckpointWriter::put_log(const LogRecord& log, bool quarantined) {
  out_.write_u64(log.id.value());
  write_text(out_, log.name);
  write_log_config(out_, log.config);
  out_.write_i64(log.start.value());
  out_.write_i64(log.end.value());
  out_.write_i8(quarantined ? 1 : 0);
  out_.write_u32(static_cast<uint32_t>(log.epochs.size()));
  for (const EpochStart& epoch : log.epochs) {
    out_.write_i32(epoch.epoch.value());
    out_.write_i64(epoch.start.value());
  }
  out_.write_u32(static_cast<uint32_t>(log.segments.size()));
  for (const SegmentInfo& segment : log.segments) {
    out_.write_i64(segment.base.value());
    out_.write_u32(segment.generation);
    out_.write_u64(segment.bytes);
    out_.write_i64(unix_millis(segment.first_append));
    out_.write_i64(unix_millis(segment.last_append));
    out_.write_i64(unix_millis(segment.max_timestamp));
  }
  out_.write_u32(static_cast<uint32_t>(log.producers.entries().size()));
  for (const auto& [id, producer] : log.producers.entries()) put_producer(out_, id, producer);
  out_.write_u32(static_cast<uint32_t>(log.aborted.size()));
  for (const AbortedTransaction& transaction : log.aborted) {
    out_.write_i64(transaction.producer.value());
    out_.write_i64(transaction.first.value());
    out_.write_i64(transaction.marker.value());
    out_.write_i64(transaction.stable.value());
  }
  out_.write_i64(log.compacted.value());
}

Bytes CheckpointWriter::finish() && {
  const uint64_t length = out_.size() - kCheckpointHeaderBytes;
  out_.patch_u32(8, static_cast<uint32_t>(length >> 32));
  out_.patch_u32(12, static_cast<uint32_t>(length));
  out_.patch_u32(4, crc32c(out_.view().subspan(kCheckpointCrcEnd)));
  return std::move(out_).take();
}

}  // namespace tarn::storage
