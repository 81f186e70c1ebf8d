// What a start makes of what it finds: restarts of every kind, damage above and below the
// checkpoint, indexes that lie.

#include <gtest/gtest.h>

#include "engines/storage/directory_layout.h"
#include "engines/storage/journal_format.h"
#include "engines/storage/testing/storage_world.h"
#include "formats/record/batch_header.h"

namespace tarn::storage {
namespace {

using os::testing::PowerLoss;
using testing::BatchSpec;
using testing::Content;
using testing::StorageWorld;
using testing::transaction;

class Recovery : public ::testing::Test {
 protected:
  Recovery() {
    log_ = world_.create("orders-0");
    other_ = world_.create("payments-0");
  }
  CommitResult send(int32_t sequence, int16_t epoch = 0) {
    return world_.append(log_, {.producer = ProducerId(5), .epoch = epoch, .sequence = sequence});
  }
  // Several segments, all below the checkpoint.
  void fill_and_shut_down() {
    for (uint8_t i = 0; i < 12; ++i) {
      ASSERT_TRUE(world_.append(
          log_, {.records = 2, .payload_bytes = 60, .fill = i, .at = from_unix_millis(1000 + i)}));
    }
    ASSERT_TRUE(world_.append(other_));
    world_.engine.reset();
  }
  std::vector<std::string> paths_ending(std::string_view suffix) {
    std::vector<std::string> found;
    for (const std::string& path : world_.files.paths()) {
      if (path.ends_with(suffix)) found.push_back(path);
    }
    return found;
  }
  void overwrite(const std::string& path, BytesView content) {
    ASSERT_TRUE(world_.files.remove(path));
    auto file = world_.files.open(path, os::OpenMode::create_new);
    ASSERT_TRUE(file && (*file)->write_at(0, std::span(&content, 1)));
  }

  StorageWorld world_;
  LogId log_;
  LogId other_;
};

TEST_F(Recovery, ADuplicateSentAcrossARestartGetsItsOriginalOffset) {
  ASSERT_EQ(send(0)->front().base, Offset(0));
  ASSERT_EQ(send(1)->front().base, Offset(1));
  for (int restart = 0; restart < 2; ++restart) {
    const auto again = send(1);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->front().is_duplicate);
    EXPECT_EQ(again->front().base, Offset(1));
    EXPECT_EQ(send(3).error().reason, RefusalReason::out_of_order_sequence);
    EXPECT_EQ(world_.engine->state(log_)->end, Offset(2));
    if (restart == 0) world_.lose_power(PowerLoss::drop_unsynced);
    world_.reopen();
  }
}

TEST_F(Recovery, AFencedProducerStaysFenced) {
  ASSERT_TRUE(send(0, 3));
  world_.lose_power(PowerLoss::drop_unsynced);
  world_.reopen();
  EXPECT_EQ(send(1, 2).error().reason, RefusalReason::invalid_producer_epoch);
}

TEST_F(Recovery, ADuplicateInTheRoundOfItsOriginalWaitsForIt) {
  std::vector<CommitResult> answers;
  for (int i = 0; i < 2; ++i) {
    world_.engine->submit(
        transaction(world_.step(log_, {.producer = ProducerId(5), .epoch = 0, .sequence = 0})),
        [&](CommitResult result) { answers.push_back(std::move(result)); });
  }
  world_.files.fail_sync_at(1);
  world_.engine->commit_round();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_FALSE(answers[0]);
  EXPECT_FALSE(answers[1]);
}

TEST_F(Recovery, OnlyAnUncleanStartMovesTheEpochOn) {
  ASSERT_TRUE(world_.append(log_));
  world_.reopen();
  EXPECT_EQ(world_.engine->state(log_)->epoch, LeaderEpoch(0));
  ASSERT_TRUE(world_.append(log_));
  world_.lose_power(PowerLoss::keep_all);
  world_.reopen();
  EXPECT_EQ(world_.engine->state(log_)->epoch, LeaderEpoch(1));
  ASSERT_TRUE(world_.append(log_));
  EXPECT_EQ(*world_.engine->epochs(log_),
            (std::vector<EpochStart>{{LeaderEpoch(0), Offset(0)}, {LeaderEpoch(1), Offset(2)}}));
}

TEST_F(Recovery, LogIdsAreNeverUsedTwice) {
  ASSERT_TRUE(world_.commit(transaction(DeleteLog{other_})));
  world_.lose_power(PowerLoss::drop_unsynced);
  world_.reopen();
  EXPECT_GT(world_.engine->allocate_log_id(), other_);
}

TEST_F(Recovery, ALogMadeAgainUnderItsNameIsEmpty) {
  ASSERT_TRUE(world_.append(log_));
  ASSERT_TRUE(world_.commit(transaction(DeleteLog{log_})));
  const LogId again = world_.create("orders-0");
  world_.lose_power(PowerLoss::drop_unsynced);
  world_.reopen();
  EXPECT_FALSE(world_.engine->state(log_));
  EXPECT_EQ(world_.engine->state(again)->end, Offset(0));
}

TEST_F(Recovery, DeletedFilesAreGoneAlsoWhenTheUnlinkWasLost) {
  ASSERT_TRUE(world_.append(log_));
  ASSERT_TRUE(world_.engine->checkpoint());
  ASSERT_TRUE(world_.commit(transaction(DeleteLog{log_})));
  world_.lose_power(PowerLoss::drop_unsynced);
  ASSERT_NE(world_.path_of_segment("orders-0", 0), "none");
  world_.reopen();
  EXPECT_EQ(world_.path_of_segment("orders-0", 0), "none");
}

TEST_F(Recovery, AFolderThatAKilledProcessLeftUnsyncedIsKept) {
  const auto disk = world_.files.disk();
  for (uint64_t call = 1; call < 20; ++call) {
    world_.engine.reset();
    world_.files.restore(disk);
    world_.reopen();
    world_.files.crash_at(call);
    const bool finished = world_.append(log_).has_value();
    world_.lose_power(PowerLoss::keep_all);
    world_.reopen();
    ASSERT_TRUE(world_.append(log_));
    const Content before = world_.content();
    world_.lose_power(PowerLoss::keep_all);
    world_.reopen();
    world_.lose_power(PowerLoss::drop_unsynced);
    world_.reopen();
    ASSERT_EQ(world_.content(), before) << "killed at call " << call;
    if (finished) return;
  }
  FAIL() << "an append takes fewer calls";
}

TEST_F(Recovery, ACleanStartReadsTheCheckpointWhateverTheNumberOfLogs) {
  const auto calls_of_start = [this] {
    world_.engine.reset();
    const uint64_t before = world_.files.calls();
    world_.reopen();
    return world_.files.calls() - before;
  };
  const uint64_t few = calls_of_start();
  for (int i = 0; i < 30; ++i) {
    const LogId log = world_.create("many-" + std::to_string(i));
    ASSERT_TRUE(world_.append(log));
  }
  // A file or two more in the ring of the journal.
  EXPECT_LE(calls_of_start(), few + 20);
}

TEST_F(Recovery, ANewerFormatIsRefusedByName) {
  world_.engine.reset();
  overwrite("data/format", as_bytes("tarn storage 9\n"));
  const Status opened = world_.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::failed_precondition);
  EXPECT_NE(opened.error().message().find("format 9"), std::string::npos);
  EXPECT_NE(opened.error().message().find("up to " + std::to_string(kFormatVersion)),
            std::string::npos);
}

TEST_F(Recovery, ADamagedOrMissingCheckpointIsNeverTakenForAnEmptyStorage) {
  fill_and_shut_down();
  world_.files.flip_bit("data/checkpoint", 30);
  EXPECT_EQ(world_.open().error().code(), ErrorCode::corrupt);
  ASSERT_TRUE(world_.files.remove("data/checkpoint"));
  EXPECT_FALSE(world_.open());
  ASSERT_TRUE(world_.files.remove("data/format"));
  EXPECT_EQ(world_.open().error().code(), ErrorCode::corrupt);
}

TEST_F(Recovery, ServesTheSameWhateverTheIndexesSay) {
  fill_and_shut_down();
  world_.reopen();
  const Content right = world_.content();
  world_.engine.reset();
  const auto indexes = paths_ending(".index");
  ASSERT_GE(indexes.size(), 3U);
  const Bytes last = *os::read_file(world_.files, indexes.back());
  const std::vector<std::function<void(const std::string&)>> damages = {
      [&](const std::string& path) { ASSERT_TRUE(world_.files.remove(path)); },
      [&](const std::string& path) { overwrite(path, {}); },
      [&](const std::string& path) { overwrite(path, BytesView(last).first(last.size() - 5)); },
      [&](const std::string& path) { overwrite(path, last); },  // of another segment
      [&](const std::string& path) { world_.files.flip_bit(path, 40, 3); },
  };
  const auto disk = world_.files.disk();
  for (const auto& damage : damages) {
    world_.files.restore(disk);
    for (const std::string& path : indexes) damage(path);
    world_.reopen();
    EXPECT_EQ(world_.content(), right);
    world_.engine.reset();
  }
}

TEST_F(Recovery, AnyBitFlippedBelowTheCheckpointIsFoundAndStaysInItsLog) {
  fill_and_shut_down();
  const auto disk = world_.files.disk();
  world_.reopen();
  const auto right = *world_.content_of(log_);
  world_.engine.reset();
  const std::string path = world_.path_of_segment("orders-0", 0);
  const uint64_t size = os::read_file(world_.files, path)->size();
  for (uint64_t position = 0; position < size; ++position) {
    world_.files.restore(disk);
    world_.files.flip_bit(path, position, static_cast<unsigned>(position % 8));
    world_.reopen();
    const auto found = world_.content_of(log_);
    ASSERT_FALSE(found) << "position " << position;
    ASSERT_EQ(found.error().code(), ErrorCode::corrupt) << position;
    ASSERT_TRUE(world_.engine->state(log_)->quarantined);
    ASSERT_EQ(world_.append(log_).error().reason, RefusalReason::log_quarantined);
    ASSERT_TRUE(world_.content_of(other_));
    ASSERT_TRUE(world_.append(other_));
    // What lies before and behind the damage is still there to read.
    ASSERT_EQ(world_.engine->read(log_, right.end + -1, 1000)->next, right.end);
    world_.engine.reset();
  }
}

TEST_F(Recovery, OneReadGivesWhatLiesBeforeTheDamage) {
  fill_and_shut_down();
  const std::string path = world_.path_of_segment("orders-0", 0);
  const uint64_t batch_bytes = record::kBatchHeaderBytes + 60;
  world_.files.flip_bit(path, 2 * batch_bytes + 20);
  world_.reopen();
  EXPECT_EQ(world_.engine->read(log_, Offset(0), 10'000)->next, Offset(4));
  EXPECT_FALSE(world_.engine->state(log_)->quarantined);
  EXPECT_FALSE(world_.engine->read(log_, Offset(4), 10'000));
  EXPECT_TRUE(world_.engine->state(log_)->quarantined);
}

TEST_F(Recovery, AQuarantineOutlastsARestart) {
  fill_and_shut_down();
  world_.files.flip_bit(world_.path_of_segment("orders-0", 0), 100);
  world_.reopen();
  EXPECT_FALSE(world_.content_of(log_));
  world_.reopen();
  EXPECT_TRUE(world_.engine->state(log_)->quarantined);
  EXPECT_TRUE(world_.commit(transaction(DeleteLog{log_})));
}

TEST_F(Recovery, AMissingSegmentIsDamageToo) {
  fill_and_shut_down();
  ASSERT_TRUE(world_.files.remove(world_.path_of_segment("orders-0", 0)));
  world_.reopen();
  EXPECT_EQ(world_.engine->read(log_, Offset(0), 1000).error().code(), ErrorCode::corrupt);
  EXPECT_TRUE(world_.engine->state(log_)->quarantined);
}

class JournalDamage : public Recovery {
 protected:
  JournalDamage() {
    // No checkpoint but by hand.
    world_.options.journal_files_max = 100;
    world_.reopen();
    for (uint8_t i = 0; i < 3; ++i) {
      EXPECT_TRUE(world_.append(log_, {.payload_bytes = 40, .fill = i}));
      EXPECT_TRUE(world_.append(other_, {.payload_bytes = 40, .fill = i}));
    }
    world_.lose_power(PowerLoss::drop_unsynced);
  }
  // Path and position, in the order of their numbers; found by their magic number.
  std::vector<std::pair<std::string, uint64_t>> rounds() {
    std::map<uint64_t, std::pair<std::string, uint64_t>> found;
    for (const std::string& path : paths_ending(".journal")) {
      const Bytes content = *os::read_file(world_.files, path);
      for (uint64_t position = 0; position < content.size(); position += 4096) {
        ByteReader reader(BytesView(content).subspan(position));
        if (reader.read_u32() != 0x54524e4a) continue;
        reader.read_bytes(12);
        found[reader.read_u64()] = {path, position};
      }
    }
    std::vector<std::pair<std::string, uint64_t>> rounds;
    for (const auto& [number, place] : found) rounds.push_back(place);
    return rounds;
  }
};

TEST_F(JournalDamage, ATornLastRoundIsCutWhole) {
  const auto [path, position] = rounds().back();
  world_.files.flip_bit(path, position + 100);
  world_.reopen();
  EXPECT_EQ(world_.engine->state(log_)->end, Offset(3));
  EXPECT_EQ(world_.engine->state(other_)->end, Offset(2));
  EXPECT_FALSE(world_.engine->state(other_)->quarantined);
  EXPECT_EQ(world_.append(other_)->front().base, Offset(2));
}

TEST_F(JournalDamage, AWrongBitAnywhereInTheHeadOfTheLastRoundCutsItWhole) {
  const auto [path, position] = rounds().back();
  const auto disk = world_.files.disk();
  for (uint64_t at = 0; at < kRoundHeaderBytes + kEntryHeaderBytes; ++at) {
    world_.engine.reset();
    world_.files.restore(disk);
    world_.files.flip_bit(path, position + at, static_cast<unsigned>(at % 8));
    world_.reopen();
    ASSERT_FALSE(world_.engine->state(other_)->quarantined) << "byte " << at;
    ASSERT_EQ(world_.engine->state(other_)->end, Offset(2)) << "byte " << at;
    ASSERT_EQ(world_.append(other_)->front().base, Offset(2)) << "byte " << at;
  }
}

TEST_F(JournalDamage, ATornRoundDoesNotComeBackBesideTheOneThatTookItsNumber) {
  const auto [path, position] = rounds().back();
  world_.files.flip_bit(path, position + 100);
  world_.reopen();
  ASSERT_TRUE(world_.append(other_, {.fill = 50}));
  ASSERT_TRUE(world_.append(other_, {.fill = 51}));
  const Content before = world_.content();
  world_.lose_power(PowerLoss::keep_all);
  world_.reopen();
  EXPECT_FALSE(world_.engine->state(other_)->quarantined);
  EXPECT_EQ(world_.content(), before);
}

TEST_F(JournalDamage, ADamagedBodyInAnAcknowledgedRoundQuarantinesItsLogAlone) {
  const auto all = rounds();
  const auto [path, position] = all[all.size() - 4];  // the second append to log_
  world_.files.flip_bit(path, position + 120);
  world_.reopen();
  EXPECT_TRUE(world_.engine->state(log_)->quarantined);
  EXPECT_EQ(world_.engine->state(log_)->end, Offset(1));
  EXPECT_EQ(world_.content_of(log_)->batches.size(), 1U);
  EXPECT_FALSE(world_.engine->state(other_)->quarantined);
  EXPECT_EQ(world_.engine->state(other_)->end, Offset(3));
}

TEST_F(JournalDamage, AnUnreadableAcknowledgedRoundQuarantinesAllThatItMayHaveHeld) {
  const auto all = rounds();
  const auto [path, position] = all[all.size() - 4];
  world_.files.flip_bit(path, position + 20);
  world_.reopen();
  EXPECT_TRUE(world_.engine->state(log_)->quarantined);
  EXPECT_TRUE(world_.engine->state(other_)->quarantined);
  EXPECT_TRUE(world_.content_of(log_));
  EXPECT_TRUE(world_.content_of(other_));
}

TEST_F(JournalDamage, NothingIsRemovedAfterDamage) {
  world_.reopen();
  const LogId late = world_.create("late-0");
  const auto [path, position] = rounds().back();
  ASSERT_TRUE(world_.append(late));
  world_.lose_power(PowerLoss::keep_all);
  world_.files.flip_bit(path, position + 90);
  world_.reopen();
  EXPECT_FALSE(world_.engine->state(late));
  EXPECT_NE(world_.path_of_segment("late-0", 0), "none");
}

TEST_F(JournalDamage, SegmentsAboveTheCheckpointAreMadeAnewFromTheJournal) {
  for (const std::string& path : paths_ending(".log")) ASSERT_TRUE(world_.files.remove(path));
  world_.reopen();
  EXPECT_EQ(world_.content_of(log_)->batches.size(), 3U);
}

}  // namespace
}  // namespace tarn::storage
