// Checkpoints and indexes as formats.

#include <algorithm>

#include <gtest/gtest.h>

#include "base/crc32c.h"
#include "engines/storage/checkpoint_reader.h"
#include "engines/storage/checkpoint_writer.h"
#include "engines/storage/index_reader.h"
#include "engines/storage/index_writer.h"
#include "engines/storage/log_config.h"
#include "engines/storage/testing/storage_world.h"

namespace tarn::storage {
namespace {

class CheckpointFile : public ::testing::Test {
 protected:
  CheckpointFile() {
    log_ = new_log(LogId(9), "orders-0", {.segment_bytes = 77, .retention_bytes = 5});
    auto header = *record::read_batch_header(
        testing::make_batch({.records = 3, .producer = ProducerId(4), .epoch = 2, .sequence = 10}));
    header.leader_epoch = log_.epoch();
    apply_append(log_, place_next(log_, header.total_bytes, at_), {.header = header, .ends = {}},
                 at_, Millis(1000));
    apply_epoch_bump(log_);
    apply_log_start(log_, Offset(1));
  }
  Bytes write() {
    CheckpointWriter writer({.salt = 1, .lap = 2, .round = 3}, Shutdown::clean, LogId(10));
    writer.put_metadata({{"key", Bytes(3, std::byte{1})}, {"other", {}}});
    writer.begin_logs(1);
    writer.put_log(log_, true);
    return std::move(writer).finish();
  }

  const Timestamp at_ = from_unix_millis(123'456);
  LogRecord log_;
};

TEST_F(CheckpointFile, ReadsBackWhatWasWritten) {
  const auto read = read_checkpoint(write());
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->journal.salt, 1U);
  EXPECT_EQ(read->journal.lap, 2U);
  EXPECT_EQ(read->journal.round, 3U);
  EXPECT_TRUE(read->clean);
  EXPECT_EQ(read->next_log, LogId(10));
  EXPECT_EQ(read->metadata.at("key"), Bytes(3, std::byte{1}));
  const LogRecord& log = read->logs.at(LogId(9));
  EXPECT_EQ(log.name, "orders-0");
  EXPECT_EQ(log.config, log_.config);
  EXPECT_EQ(log.start, Offset(1));
  EXPECT_EQ(log.end, Offset(3));
  EXPECT_EQ(log.epochs, log_.epochs);
  EXPECT_EQ(log.segments, log_.segments);
  EXPECT_EQ(log.producers.entries(), log_.producers.entries());
  EXPECT_TRUE(log.quarantined);
}

TEST_F(CheckpointFile, WithTransactionsReadsBackWhatWasWritten) {
  auto header = *record::read_batch_header(testing::make_batch(
      {.producer = ProducerId(5), .epoch = 0, .sequence = 0, .is_transactional = true}));
  header.base_offset = log_.end;
  apply_append(log_, place_next(log_, header.total_bytes, at_), {.header = header, .ends = {}}, at_,
               Millis(1000));
  log_.aborted = {{ProducerId(6), Offset(1), Offset(2), Offset(3)}};
  const auto read = read_checkpoint(write());
  ASSERT_TRUE(read);
  const LogRecord& log = read->logs.at(LogId(9));
  EXPECT_EQ(log.aborted, log_.aborted);
  EXPECT_EQ(log.producers.entries(), log_.producers.entries());
  EXPECT_EQ(log.stable(), Offset(3));
  EXPECT_EQ(log.end, Offset(4));
}

// A log "orders-0" of one segment and one producer, as storage format 1 has it.
Bytes content_of_format_one() {
  ByteWriter out;
  out.write_u32(kFirstCheckpointMagic);
  out.write_u32(0);
  out.write_u64(0);
  out.write_u32(1);                              // salt
  for (int i = 0; i < 2; ++i) out.write_u64(2);  // lap, round
  out.write_i8(1);
  out.write_u64(10);  // next log
  out.write_u32(0);   // metadata
  out.write_u32(1);   // logs
  out.write_u64(9);
  write_text(out, "orders-0");
  out.write_u64(77);  // config: segment bytes, age, retention, index
  for (int64_t millis : {5, -1}) out.write_i64(millis);
  out.write_i8(0);
  out.write_u64(0);
  out.write_u32(4096);
  for (int64_t offset : {0, 3}) out.write_i64(offset);
  out.write_i8(0);
  out.write_u32(1);  // epochs
  out.write_i32(4);
  out.write_i64(0);
  out.write_u32(1);  // segments
  for (int64_t field : {0, 81, 1, 2, 3}) out.write_i64(field);
  out.write_u32(1);  // producers
  out.write_i64(5);
  out.write_i16(0);
  out.write_i64(2);
  out.write_u32(0);
  out.patch_u32(12, static_cast<uint32_t>(out.size() - kCheckpointHeaderBytes));
  out.patch_u32(4, crc32c(out.view().subspan(kCheckpointCrcEnd)));
  return std::move(out).take();
}

TEST_F(CheckpointFile, OfFormatOneIsRead) {
  const auto read = read_checkpoint(content_of_format_one());
  ASSERT_TRUE(read) << read.error().message();
  const LogRecord& log = read->logs.at(LogId(9));
  EXPECT_EQ(
      log.config,
      (LogConfig{.segment_bytes = 77, .segment_age = Millis(5), .retention_age = std::nullopt}));
  EXPECT_EQ(log.segments, (std::vector<SegmentInfo>{{.base = Offset(0),
                                                     .bytes = 81,
                                                     .first_append = from_unix_millis(1),
                                                     .last_append = from_unix_millis(2),
                                                     .max_timestamp = from_unix_millis(3)}}));
  EXPECT_TRUE(log.producers.find(ProducerId(5)));
  EXPECT_EQ(log.stable(), Offset(3));
}

TEST_F(CheckpointFile, KnowsWhatWasCompacted) {
  log_.compacted = Offset(2);
  log_.segments.front().generation = 7;
  log_.config = testing::StorageWorld::compacted_config();
  const auto read = read_checkpoint(write());
  ASSERT_TRUE(read);
  const LogRecord& log = read->logs.at(LogId(9));
  EXPECT_EQ(log.compacted, Offset(2));
  EXPECT_EQ(log.segments, log_.segments);
  EXPECT_EQ(log.config, log_.config);
}

TEST_F(CheckpointFile, AnyDamagedByteIsFound) {
  const Bytes content = write();
  for (size_t i = 0; i < content.size(); ++i) {
    Bytes damaged = content;
    damaged[i] ^= std::byte{4};
    EXPECT_FALSE(read_checkpoint(damaged)) << i;
  }
}

TEST_F(CheckpointFile, AnyCutIsFound) {
  const Bytes content = write();
  for (size_t size = 0; size < content.size(); ++size) {
    EXPECT_FALSE(read_checkpoint(BytesView(content).first(size))) << size;
  }
}

class Index : public ::testing::Test {
 protected:
  // Batches of one record, 100 bytes and one millisecond apart.
  void add(int count) {
    for (int i = 0; i < count; ++i) {
      auto header = *record::read_batch_header(
          testing::make_batch({.payload_bytes = 39, .at = from_unix_millis(1000 + next_)}));
      header.base_offset = Offset(next_);
      index_.add(header, static_cast<uint64_t>(next_) * 100);
      ++next_;
    }
  }

  LogIndex index_{250, 0, Timestamp::min()};
  int64_t next_ = 0;
};

TEST_F(Index, LeadsToOrBeforeTheWantedBatch) {
  add(100);
  for (int64_t offset = 0; offset < 100; ++offset) {
    const IndexEntry* entry = index_.at_or_before(Offset(offset));
    ASSERT_TRUE(entry != nullptr);
    EXPECT_LE(entry->offset, Offset(offset));
    EXPECT_GT(entry->offset + 3, Offset(offset));
    EXPECT_EQ(entry->position, static_cast<uint64_t>(entry->offset.value()) * 100);
  }
}

TEST_F(Index, LeadsBeforeTheFirstBatchAtATime) {
  add(100);
  for (int64_t i = 0; i < 100; ++i) {
    const IndexEntry* entry = index_.before_time(from_unix_millis(1000 + i));
    ASSERT_TRUE(entry != nullptr);
    EXPECT_LE(entry->offset, Offset(i));
    EXPECT_GT(entry->offset + 4, Offset(i));
  }
}

TEST_F(Index, StaysSmall) {
  add(100'000);
  EXPECT_LE(index_.entries().size(), kIndexEntriesMax);
  EXPECT_EQ(index_.at_or_before(Offset(0))->offset, Offset(0));
  EXPECT_GT(index_.at_or_before(Offset(99'999))->offset, Offset(99'900));
}

TEST_F(Index, ReadsBackWhatWasWritten) {
  add(100);
  const auto read = read_index(write_index(index_, Offset(0)), Offset(0), 10'000);
  ASSERT_TRUE(read);
  EXPECT_TRUE(std::ranges::equal(*read, index_.entries()));
}

TEST_F(Index, IsRefusedWhenItIsOfAnotherStateOrDamaged) {
  add(10);
  const Bytes content = write_index(index_, Offset(0));
  EXPECT_FALSE(read_index(content, Offset(0), 900));
  EXPECT_FALSE(read_index(content, Offset(0), 1100));
  EXPECT_FALSE(read_index(content, Offset(1), 1000));
  for (size_t i = 0; i < content.size(); ++i) {
    Bytes damaged = content;
    damaged[i] ^= std::byte{1};
    EXPECT_FALSE(read_index(damaged, Offset(0), 1000)) << i;
    EXPECT_FALSE(read_index(BytesView(content).first(i), Offset(0), 1000)) << i;
  }
}

TEST_F(Index, TheMissingFrontIsPutBeforeIt) {
  add(50);
  LogIndex tail(250, 5000, from_unix_millis(1049));
  const LogIndex front = index_;
  auto header = *record::read_batch_header(testing::make_batch({.at = from_unix_millis(1)}));
  header.base_offset = Offset(50);
  tail.add(header, 5000);
  EXPECT_EQ(tail.at_or_before(Offset(3)), nullptr);
  tail.prepend(front);
  EXPECT_EQ(tail.at_or_before(Offset(3))->offset, Offset(3));
  EXPECT_EQ(tail.at_or_before(Offset(50))->offset, Offset(50));
  EXPECT_EQ(tail.before_time(from_unix_millis(2000))->offset, Offset(50));
}

}  // namespace
}  // namespace tarn::storage
