// The journal as a format: what is written is read, what is damaged is not.

#include <gtest/gtest.h>

#include "engines/storage/journal_reader.h"
#include "engines/storage/journal_writer.h"
#include "platform/os/testing/fault_file_system.h"

namespace tarn::storage {
namespace {

constexpr uint32_t kSalt = 42;

class Journal : public ::testing::Test {
 protected:
  Journal() {
    EXPECT_TRUE(os::make_directories(files_, "j"));
    file_ = *files_.open("j/1.journal", os::OpenMode::create_new);
    EXPECT_TRUE(file_->truncate(64 << 10));
  }

  // A round with one append of this text, at the next page.
  void write(uint64_t lap, uint64_t number, std::string_view text) {
    RoundWriter round;
    round.add(
        {.kind = EntryKind::append, .log = LogId(7), .position = 11, .base_offset = Offset(5)},
        as_bytes(text));
    position_ += *round.write(*file_, position_, {kSalt, lap, number}, from_unix_millis(99));
  }
  void corrupt_byte(uint64_t position) { files_.flip_bit("j/1.journal", position); }
  // The numbers found after a checkpoint.
  std::vector<uint64_t> scan(uint64_t lap = 0, uint64_t number = 0) {
    last_ = *scan_journal(files_, {"j/1.journal"}, {kSalt, lap, number});
    std::vector<uint64_t> numbers;
    for (const RoundReference& round : last_.rounds) numbers.push_back(round.number);
    return numbers;
  }

  os::testing::FaultFileSystem files_;
  std::unique_ptr<os::File> file_;
  uint64_t position_ = 0;
  JournalScan last_;
};

using Numbers = std::vector<uint64_t>;

TEST_F(Journal, ReadsBackWhatWasWritten) {
  write(1, 1, "bytes of a batch");
  const Bytes content = *os::read_file(files_, "j/1.journal");
  const auto round = read_round(content, kSalt);
  ASSERT_TRUE(round);
  EXPECT_EQ(round->at, from_unix_millis(99));
  ASSERT_EQ(round->entries.size(), 1U);
  EXPECT_EQ(round->entries[0].header.log, LogId(7));
  EXPECT_EQ(round->entries[0].header.position, 11U);
  EXPECT_EQ(round->entries[0].header.base_offset, Offset(5));
  EXPECT_EQ(as_text(round->entries[0].body), "bytes of a batch");
}

TEST_F(Journal, TheBytesAreThoseOfTheDescription) {
  write(1, 2, "xyz");
  const Bytes content = *os::read_file(files_, "j/1.journal");
  ByteReader reader(content);
  EXPECT_EQ(reader.read_u32(), 0x54524e4aU);
  reader.read_u32();
  EXPECT_EQ(reader.read_u64(), 1U);
  EXPECT_EQ(reader.read_u64(), 2U);
  EXPECT_EQ(reader.read_i64(), 99);
  EXPECT_EQ(reader.read_u32(), 1U);
  EXPECT_EQ(reader.read_u32(), 3U);
  EXPECT_EQ(reader.read_u32(), 4U);
  EXPECT_EQ(reader.read_u32(), 3U);
  EXPECT_EQ(as_text(BytesView(content).subspan(88, 3)), "xyz");
}

TEST_F(Journal, EveryRoundStartsOnAPageOfItsOwn) {
  write(1, 1, "a");
  EXPECT_EQ(position_, 4096U);
  write(1, 2, std::string(5000, 'b'));
  EXPECT_EQ(position_, 3 * 4096U);
  EXPECT_EQ(scan(), (Numbers{1, 2}));
}

TEST_F(Journal, AnyDamagedByteOfTheLastRoundCutsItWhole) {
  write(1, 1, "first");
  write(1, 2, "second");
  for (uint64_t position = 4096; position < 4096 + 94; ++position) {
    corrupt_byte(position);
    EXPECT_EQ(scan(), Numbers{1}) << position;
    EXPECT_EQ(last_.rounds_lost, 0U);
    corrupt_byte(position);
  }
  EXPECT_EQ(scan(), (Numbers{1, 2}));
}

TEST_F(Journal, ADamagedBodyBeforeAValidRoundIsReportedAsDamage) {
  write(1, 1, "first");
  write(1, 2, "second");
  corrupt_byte(90);
  EXPECT_EQ(scan(), (Numbers{1, 2}));
  EXPECT_TRUE(last_.rounds[0].damaged);
}

TEST_F(Journal, AnUnreadableRoundBeforeAValidOneIsLost) {
  write(1, 1, "first");
  write(1, 2, "second");
  write(1, 3, "third");
  corrupt_byte(4096 + 50);
  EXPECT_EQ(scan(), (Numbers{1, 3}));
  EXPECT_EQ(last_.rounds_lost, 1U);
}

TEST_F(Journal, RoundsOfEarlierUsesOfTheFileAreNotMistakenForNewOnes) {
  write(1, 1, "old");
  write(1, 2, "old");
  write(1, 3, "old");
  position_ = 0;
  write(4, 9, "new");
  EXPECT_EQ(scan(4, 8), Numbers{9});
}

TEST_F(Journal, OfOneNumberTheLaterLapCounts) {
  write(1, 1, "first");
  write(1, 2, "torn");
  corrupt_byte(4096 + 90);
  write(2, 2, "second");
  EXPECT_EQ(scan(), (Numbers{1, 2}));
  EXPECT_EQ(last_.rounds[1].lap, 2U);
  EXPECT_EQ(last_.lap_last, 2U);
}

TEST_F(Journal, RoundsThatTheCheckpointCoversAreSkipped) {
  write(1, 1, "first");
  write(1, 2, "second");
  EXPECT_EQ(scan(1, 1), Numbers{2});
  EXPECT_EQ(scan(1, 2), Numbers{});
  EXPECT_EQ(last_.number_last, 2U);
}

TEST_F(Journal, AnotherStoragesRoundsAreNotRead) {
  write(1, 1, "first");
  EXPECT_TRUE(scan_journal(files_, {"j/1.journal"}, {kSalt + 1, 0, 0})->rounds.empty());
}

TEST_F(Journal, ARoundInsideARecordIsNotRead) {
  write(1, 1, "first");
  // A client that knows the format, but not the salt, sends a whole journal as a record.
  os::testing::FaultFileSystem other;
  auto file = *other.open("x", os::OpenMode::create_new);
  RoundWriter fake;
  fake.add({.kind = EntryKind::delete_log, .log = LogId(7)}, {});
  ASSERT_TRUE(fake.write(*file, 4096 - 88, {0, 1, 3}, {}));
  const Bytes record = *os::read_file(other, "x");
  write(1, 2, as_text(record));
  EXPECT_EQ(scan(), (Numbers{1, 2}));
  corrupt_byte(4096 + 90);
  EXPECT_EQ(scan(), Numbers{1});
}

}  // namespace
}  // namespace tarn::storage
