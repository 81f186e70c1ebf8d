// What the engine promises to its callers while nothing goes wrong.
#include "engines/storage/engine.h"

#include <gtest/gtest.h>

#include "engines/storage/testing/storage_world.h"
#include "formats/record/batch_header.h"

namespace tarn::storage {
namespace {

using std::chrono::hours;
using testing::StorageWorld;
using testing::transaction;

class EngineTest : public ::testing::Test {
 protected:
  EngineTest() { log_ = world_.create("orders-0"); }

  // Batches of two records with offsets 0, 2, 4, ... and times 1000, 1001, ...; several segments.
  void fill(uint8_t count) {
    for (uint8_t i = 0; i < count; ++i) {
      ASSERT_TRUE(world_.append(
          log_, {.records = 2, .payload_bytes = 60, .fill = i, .at = from_unix_millis(1000 + i)}));
    }
  }
  static record::BatchHeader header(const SharedBytes& batch) {
    return *record::read_batch_header(batch.view());
  }
  RefusalReason refusal_of(const CommitResult& result) {
    EXPECT_FALSE(result);
    return result ? RefusalReason::stopped : result.error().reason;
  }
  Engine& engine() { return *world_.engine; }

  StorageWorld world_;
  LogId log_;
};

TEST_F(EngineTest, GivesOffsetsInOrderAndKeepsTheBytes) {
  const Bytes batch = testing::make_batch({.records = 3});
  EXPECT_EQ(world_.append(log_, {.records = 3})->front().base, Offset(0));
  EXPECT_EQ(world_.append(log_, {.records = 3})->front().base, Offset(3));
  const auto read = engine().read(log_, Offset(3), 1000);
  ASSERT_TRUE(read);
  EXPECT_EQ(header(read->batches[0]).base_offset, Offset(3));
  EXPECT_EQ(as_text(read->batches[0].view().subspan(17)), as_text(BytesView(batch).subspan(17)));
}

TEST_F(EngineTest, TheFirstBatchContainsTheWantedOffset) {
  fill(12);
  for (int64_t offset = 0; offset < 24; ++offset) {
    const auto read = engine().read(log_, Offset(offset), 1);
    ASSERT_TRUE(read) << offset;
    ASSERT_EQ(read->batches.size(), 1U);
    EXPECT_EQ(header(read->batches[0]).base_offset, Offset(offset / 2 * 2));
    EXPECT_EQ(read->next, Offset(offset / 2 * 2 + 2));
  }
}

TEST_F(EngineTest, ReadsAsManyBatchesAsFit) {
  fill(3);
  EXPECT_EQ(engine().read(log_, Offset(0), 121 * 2)->batches.size(), 2U);
  EXPECT_EQ(engine().read(log_, Offset(0), 121 * 2 - 1)->batches.size(), 1U);
}

TEST_F(EngineTest, AtTheEndThereIsNothingYet) {
  fill(1);
  const auto read = engine().read(log_, Offset(2), 1000);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->batches.empty());
  EXPECT_EQ(read->next, Offset(2));
}

TEST_F(EngineTest, OffsetsOutsideAreErrors) {
  fill(1);
  ASSERT_TRUE(world_.commit(transaction(SetLogStart{log_, Offset(1)})));
  EXPECT_EQ(engine().read(log_, Offset(0), 1000).error().code(), ErrorCode::out_of_range);
  EXPECT_EQ(engine().read(log_, Offset(3), 1000).error().code(), ErrorCode::out_of_range);
  EXPECT_EQ(engine().read(LogId(99), Offset(0), 1).error().code(), ErrorCode::not_found);
  EXPECT_EQ(header(engine().read(log_, Offset(1), 1000)->batches[0]).base_offset, Offset(0));
}

TEST_F(EngineTest, TheTailIsReadWithoutTheDisk) {
  fill(12);
  const uint64_t before = world_.files.calls();
  const auto cached = engine().read_cached(log_, Offset(22), 1000);
  ASSERT_TRUE(cached && *cached);
  EXPECT_EQ((*cached)->next, Offset(24));
  EXPECT_FALSE(engine().read_cached(log_, Offset(0), 1000));
  EXPECT_EQ(world_.files.calls(), before);
}

TEST_F(EngineTest, NothingIsVisibleBeforeItsRoundIsDurable) {
  bool answered = false;
  engine().submit(transaction(world_.step(log_, {})), [&](CommitResult) { answered = true; });
  EXPECT_EQ(engine().state(log_)->end, Offset(0));
  EXPECT_FALSE(answered);
  engine().commit_round();
  EXPECT_EQ(engine().state(log_)->end, Offset(1));
  EXPECT_TRUE(answered);
}

TEST_F(EngineTest, AllThatIsQueuedIsOneSync) {
  const LogId other = world_.create("payments-0");
  ASSERT_TRUE(world_.append(other));
  for (int i = 0; i < 10; ++i) {
    engine().submit(transaction(world_.step(i % 2 == 0 ? log_ : other, {})), [](CommitResult) {});
  }
  const uint64_t before = world_.files.file_syncs();
  engine().commit_round();
  EXPECT_EQ(world_.files.file_syncs() - before, 1U);
  EXPECT_EQ(engine().state(other)->end, Offset(6));
}

TEST_F(EngineTest, ManyNewLogsAreStillOneSync) {
  std::vector<LogId> logs;
  for (int i = 0; i < 20; ++i) logs.push_back(world_.create("new-" + std::to_string(i)));
  for (const LogId log : logs) {
    engine().submit(transaction(world_.step(log, {})), [](CommitResult) {});
  }
  const uint64_t files_before = world_.files.file_syncs();
  const uint64_t folders_before = world_.files.folder_syncs();
  engine().commit_round();
  EXPECT_EQ(world_.files.file_syncs() - files_before, 1U);
  EXPECT_EQ(world_.files.folder_syncs() - folders_before, 0U) << "the checkpoint does that";
}

TEST_F(EngineTest, FindsTheFirstBatchAtATime) {
  fill(12);
  for (int restart = 0; restart < 2; ++restart) {
    for (int64_t i = 0; i < 12; ++i) {
      const auto found = engine().find_batch_at(log_, from_unix_millis(1000 + i));
      ASSERT_TRUE(found && *found) << i;
      EXPECT_EQ(header(**found).base_offset, Offset(2 * i));
    }
    EXPECT_EQ(header(**engine().find_batch_at(log_, from_unix_millis(0))).base_offset, Offset(0));
    EXPECT_EQ(*engine().find_batch_at(log_, from_unix_millis(1012)), std::nullopt);
    world_.reopen();
  }
}

TEST_F(EngineTest, ATimeIsNotFoundBelowTheLogStart) {
  fill(3);
  ASSERT_TRUE(world_.commit(transaction(SetLogStart{log_, Offset(4)})));
  EXPECT_EQ(header(**engine().find_batch_at(log_, from_unix_millis(0))).base_offset, Offset(4));
}

TEST_F(EngineTest, RetentionRemovesFilesButNotOffsets) {
  fill(12);
  ASSERT_NE(world_.path_of_segment("orders-0", 0), "none");
  world_.clock.advance(hours(3));
  ASSERT_TRUE(engine().apply_retention());
  EXPECT_EQ(world_.path_of_segment("orders-0", 0), "none");
  EXPECT_EQ(engine().state(log_)->start, Offset(24));
  EXPECT_EQ(engine().state(log_)->bytes, 0U);
  EXPECT_EQ(world_.append(log_)->front().base, Offset(24));
}

TEST_F(EngineTest, RetentionDoesNotPassAHold) {
  fill(12);
  world_.clock.advance(hours(3));
  const auto held = engine().apply_retention({.from = {{log_, Offset(9)}}});
  ASSERT_TRUE(held);
  EXPECT_GT(held->at(log_), 0U);
  EXPECT_LE(engine().state(log_)->start, Offset(9));
  EXPECT_GT(engine().state(log_)->start, Offset(0));
  EXPECT_TRUE(engine().read(log_, Offset(9), 1000));
}

TEST_F(EngineTest, AHoldDoesNotCountWhenTheDiskIsNearlyFull) {
  fill(12);
  world_.clock.advance(hours(3));
  const auto held =
      engine().apply_retention({.from = {{log_, Offset(9)}}, .disk_free_min = UINT64_MAX});
  ASSERT_TRUE(held);
  EXPECT_TRUE(held->empty());
  EXPECT_EQ(engine().state(log_)->start, Offset(24));
}

TEST_F(EngineTest, AReaderKeepsItsBytesWhenRetentionTakesTheSegment) {
  fill(12);
  const auto read = engine().read(log_, Offset(0), 1000);
  world_.clock.advance(hours(3));
  ASSERT_TRUE(engine().apply_retention());
  EXPECT_EQ(header(read->batches[0]).base_offset, Offset(0));
}

TEST_F(EngineTest, ADeletedLogKeepsNoFileOpen) {
  fill(1);
  const std::string path = world_.path_of_segment("orders-0", 0);
  ASSERT_GT(world_.files.handles(path), 0U);
  ASSERT_TRUE(world_.commit(transaction(DeleteLog{log_})));
  EXPECT_EQ(world_.files.handles(path), 0U);
}

TEST_F(EngineTest, RefusesWhatMakesNoSense) {
  fill(1);
  EXPECT_EQ(refusal_of(world_.append(LogId(99))), RefusalReason::no_such_log);
  EXPECT_EQ(refusal_of(world_.commit(transaction(DeleteLog{LogId(99)}))),
            RefusalReason::no_such_log);
  EXPECT_EQ(refusal_of(world_.commit(transaction(CreateLog{log_, "again", {}}))),
            RefusalReason::already_exists);
  EXPECT_EQ(refusal_of(world_.commit(transaction(SetLogStart{log_, Offset(3)}))),
            RefusalReason::offset_out_of_range);
}

TEST_F(EngineTest, OneRefusedStepRefusesItsTransactionAlone) {
  std::vector<bool> answers;
  auto note = [&](CommitResult result) { answers.push_back(result.has_value()); };
  engine().submit(transaction(world_.step(log_, {.fill = 1})), note);
  engine().submit(transaction(world_.step(log_, {.fill = 2}), DeleteLog{LogId(99)}), note);
  engine().submit(transaction(world_.step(log_, {.fill = 3})), note);
  engine().commit_round();
  EXPECT_EQ(answers, (std::vector<bool>{true, false, true}));
  const auto content = world_.content_of(log_);
  ASSERT_EQ(content->batches.size(), 2U);
  EXPECT_EQ(content->batches[1].back(), std::byte{3});
}

TEST_F(EngineTest, ATransactionMayUseWhatItCreates) {
  const LogId made = engine().allocate_log_id();
  const auto done =
      world_.commit(transaction(CreateLog{made, "new-0", {}}, world_.step(made, {.records = 2}),
                                world_.step(made, {}), world_.step(log_, {})));
  ASSERT_TRUE(done);
  ASSERT_EQ(done->size(), 3U);
  EXPECT_EQ((*done)[1].base, Offset(2));
  EXPECT_EQ((*done)[2].log, log_);
}

TEST_F(EngineTest, KeepsMetadata) {
  ASSERT_TRUE(world_.commit(transaction(PutMetadata{"a", Bytes(3)}, PutMetadata{"b", Bytes()})));
  ASSERT_TRUE(world_.commit(transaction(PutMetadata{"b", std::nullopt})));
  world_.reopen();
  EXPECT_EQ(engine().metadata(), (std::map<std::string, Bytes>{{"a", Bytes(3)}}));
}

TEST_F(EngineTest, TheQueueIsBoundedByWhatIsNotYetDurable) {
  world_.options.queue_bytes_max = 1000;
  world_.reopen();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(world_.append(log_, {.payload_bytes = 500})) << i;
  std::vector<RefusalReason> refusals;
  for (int i = 0; i < 2; ++i) {
    engine().submit(transaction(world_.step(log_, {.payload_bytes = 500})), [&](CommitResult r) {
      if (!r) refusals.push_back(r.error().reason);
    });
  }
  EXPECT_EQ(refusals, std::vector<RefusalReason>{RefusalReason::no_space});
}

TEST_F(EngineTest, ABatchLargerThanAJournalFileGetsOneOfItsOwn) {
  const size_t bytes = world_.options.journal_file_bytes + 1000;
  ASSERT_TRUE(world_.append(log_, {.payload_bytes = bytes}));
  world_.lose_power(os::testing::PowerLoss::drop_unsynced);
  world_.reopen();
  EXPECT_EQ(world_.content_of(log_)->batches[0].size(), bytes + record::kBatchHeaderBytes);
}

TEST_F(EngineTest, WhatTheJournalCanNeverHoldIsRefused) {
  const size_t bytes = world_.options.journal_file_bytes * world_.options.journal_files_max;
  EXPECT_EQ(refusal_of(world_.append(log_, {.payload_bytes = bytes})), RefusalReason::no_space);
  EXPECT_TRUE(world_.append(log_));
}

TEST_F(EngineTest, TheJournalStaysWithinItsRing) {
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(world_.append(log_, {.payload_bytes = 3000}));
  size_t journal_files = 0;
  for (const std::string& path : world_.files.paths()) journal_files += path.ends_with(".journal");
  EXPECT_LE(journal_files, world_.options.journal_files_max);
}

TEST_F(EngineTest, CountsWhatItDoes) {
  fill(3);
  const std::string page = world_.metrics.render();
  EXPECT_NE(page.find("tarn_storage_rounds_total 4"), std::string::npos) << page;
  EXPECT_NE(page.find("tarn_storage_appended_bytes_total 363"), std::string::npos);
  EXPECT_NE(page.find("tarn_storage_commit_seconds_count 4"), std::string::npos);
}

TEST_F(EngineTest, ASecondTransactionOfAnOldEngineIsAnsweredWhenItCloses) {
  bool answered = false;
  engine().submit(transaction(world_.step(log_, {})),
                  [&](CommitResult result) { answered = result.has_value(); });
  world_.engine.reset();
  EXPECT_TRUE(answered);
}

}  // namespace
}  // namespace tarn::storage
