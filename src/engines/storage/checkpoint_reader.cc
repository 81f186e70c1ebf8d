#include "engines/storage/checkpoint_reader.h"

#include "base/crc32c.h"
#include "engines/storage/log_config.h"

namespace tarn::storage {
namespace {

// Counts come from checked bytes, but a loop still ends where the bytes end.
template <class Body>
void repeat(ByteReader& in, const Body& body) {
  const uint32_t count = in.read_u32();
  for (uint32_t i = 0; i < count && !in.failed(); ++i) body();
}

// Of storage format 1, or as it is written now.
enum class Layout { first, current };

ProducerEntry read_producer(ByteReader& in, Layout layout) {
  ProducerEntry producer;
  producer.epoch = in.read_i16();
  producer.last_append = from_unix_millis(in.read_i64());
  repeat(in, [&] {
    ProducerBatch batch;
    batch.first_sequence = in.read_i32();
    batch.last_sequence = in.read_i32();
    batch.base = Offset(in.read_i64());
    producer.batches.push_back(batch);
  });
  const int64_t transaction = layout == Layout::current ? in.read_i64() : -1;
  if (transaction >= 0) producer.transaction = Offset(transaction);
  return producer;
}

SegmentInfo read_segment(ByteReader& in, Layout layout) {
  SegmentInfo segment;
  segment.base = Offset(in.read_i64());
  if (layout == Layout::current) segment.generation = in.read_u32();
  segment.bytes = in.read_u64();
  segment.first_append = from_unix_millis(in.read_i64());
  segment.last_append = from_unix_millis(in.read_i64());
  segment.max_timestamp = from_unix_millis(in.read_i64());
  return segment;
}

AbortedTransaction read_aborted(ByteReader& in) {
  AbortedTransaction transaction;
  transaction.producer = ProducerId(in.read_i64());
  transaction.first = Offset(in.read_i64());
  transaction.marker = Offset(in.read_i64());
  transaction.stable = Offset(in.read_i64());
  return transaction;
}

LogRecord read_log(ByteReader& in, Layout layout) {
  LogRecord log;
  log.id = LogId(in.read_u64());
  log.name = read_text(in);
  log.config = read_log_config(
      in, layout == Layout::current ? ConfigLayout::current : ConfigLayout::without_compaction);
  log.start = Offset(in.read_i64());
  log.end = Offset(in.read_i64());
  log.quarantined = in.read_i8() != 0;
  repeat(in, [&] {
    const LeaderEpoch epoch(in.read_i32());
    log.epochs.push_back({epoch, Offset(in.read_i64())});
  });
  repeat(in, [&] { log.segments.push_back(read_segment(in, layout)); });
  repeat(in, [&] {
    const ProducerId producer(in.read_i64());
    log.producers.restore(producer, read_producer(in, layout));
  });
  if (layout == Layout::current) {
    repeat(in, [&] { log.aborted.push_back(read_aborted(in)); });
    log.compacted = Offset(in.read_i64());
  }
  if (log.epochs.empty()) in.fail();
  return log;
}

Checkpoint read_body(ByteReader& in, Layout layout) {
  Checkpoint checkpoint;
  checkpoint.journal.salt = in.read_u32();
  checkpoint.journal.lap = in.read_u64();
  checkpoint.journal.round = in.read_u64();
  checkpoint.clean = in.read_i8() != 0;
  checkpoint.next_log = LogId(in.read_u64());
  repeat(in, [&] {
    std::string key = read_text(in);
    const uint32_t length = in.read_u32();
    const BytesView value = in.read_bytes(length);
    checkpoint.metadata.insert_or_assign(std::move(key), Bytes(value.begin(), value.end()));
  });
  repeat(in, [&] {
    LogRecord log = read_log(in, layout);
    const LogId id = log.id;
    checkpoint.logs.insert_or_assign(id, std::move(log));
  });
  return checkpoint;
}

}  // namespace

Result<Checkpoint> read_checkpoint(BytesView content) {
  ByteReader in(content);
  const uint32_t magic = in.read_u32();
  const uint32_t crc = in.read_u32();
  const uint64_t length = in.read_u64();
  const bool is_known = magic == kCheckpointMagic || magic == kFirstCheckpointMagic;
  if (in.failed() || !is_known || length != in.remaining()) {
    return Error(ErrorCode::corrupt, "it is not a checkpoint, or cut off");
  }
  if (crc32c(content.subspan(kCheckpointCrcEnd)) != crc) {
    return Error(ErrorCode::corrupt, "it does not match its checksum");
  }
  Checkpoint checkpoint =
      read_body(in, magic == kCheckpointMagic ? Layout::current : Layout::first);
  TRY(in.status());
  return checkpoint;
}

}  // namespace tarn::storage
