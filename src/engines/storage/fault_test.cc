// Single failures of the disk, without a crash: EIO, ENOSPC, a failed fsync.

#include <algorithm>

#include <gtest/gtest.h>

#include "engines/storage/testing/workload.h"

namespace tarn::storage {
namespace {

using os::testing::PowerLoss;
using testing::Content;
using testing::StorageWorld;
using testing::transaction;
using testing::WorkStep;

class Fault : public ::testing::Test {
 protected:
  explicit Fault(std::vector<WorkStep> steps = testing::whole_workload())
      : steps_(std::move(steps)) {
    StorageWorld world;
    golden_.push_back(world.content());
    for (const WorkStep& step : steps_) {
      EXPECT_TRUE(step(world));
      golden_.push_back(world.content());
    }
  }

  // One failure at every call in turn; readers must not notice, and nothing may be lost.
  void fail_every_call(const std::function<void(StorageWorld&, uint64_t)>& arrange) {
    for (uint64_t call = 1;; ++call) {
      SCOPED_TRACE(::testing::Message() << "call " << call);
      StorageWorld world;
      const uint64_t before = world.files.calls();
      arrange(world, call);
      const size_t done = run(world);
      const bool happened = world.files.calls() - before >= call;
      examine(world, done);
      if (!happened || HasFailure()) return;
    }
  }
  size_t run(StorageWorld& world) {
    for (size_t i = 0; i < steps_.size(); ++i) {
      if (!steps_[i](world)) return i;
    }
    return steps_.size();
  }
  void examine(StorageWorld& world, size_t done) {
    world.files.no_more_faults();
    EXPECT_EQ(world.content(), golden_[done]);
    const bool stopped = world.engine->stopped();
    if (stopped) {
      const auto refused = world.commit(transaction(PutMetadata{"x", Bytes{}}));
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().reason, RefusalReason::stopped);
    }
    world.engine.reset();
    world.files.lose_power(PowerLoss::drop_unsynced);
    world.reopen();
    const Content found = world.content();
    if (stopped && done < steps_.size() && found == golden_[done + 1]) return;
    EXPECT_EQ(found, golden_[done]);
  }

  void fail_every_call_with(ErrorCode error) {
    fail_every_call(
        [error](StorageWorld& world, uint64_t call) { world.files.fail_at(call, error); });
  }
  void fail_every_sync() {
    for (uint64_t sync = 1;; ++sync) {
      SCOPED_TRACE(::testing::Message() << "sync " << sync);
      StorageWorld world;
      const uint64_t before = world.files.file_syncs();
      world.files.fail_sync_at(sync);
      const size_t done = run(world);
      const bool happened = world.files.file_syncs() - before >= sync;
      examine(world, done);
      if (!happened || HasFailure()) return;
    }
  }

  const std::vector<WorkStep> steps_;
  std::vector<Content> golden_;
};

TEST_F(Fault, AnyCallMayFailWithAnInputOutputError) {
  fail_every_call_with(ErrorCode::internal);
}

TEST_F(Fault, AnyCallMayFailForLackOfSpace) {
  fail_every_call_with(ErrorCode::resource_exhausted);
}

TEST_F(Fault, AfterAFailedSyncThatSucceedsTheNextTimeNothingIsPromised) {
  fail_every_sync();
}

class CompactionFault : public Fault {
 protected:
  CompactionFault() : Fault(testing::compaction_workload()) {}
};

TEST_F(CompactionFault, AnyCallMayFailWithAnInputOutputError) {
  fail_every_call_with(ErrorCode::internal);
}

TEST_F(CompactionFault, AnyCallMayFailForLackOfSpace) {
  fail_every_call_with(ErrorCode::resource_exhausted);
}

TEST_F(CompactionFault, AfterAFailedSyncThatSucceedsTheNextTimeNothingIsPromised) {
  fail_every_sync();
}

TEST_F(Fault, AFailedCommitStopsAppendsForGoodButNotReads) {
  StorageWorld world;
  const LogId log = world.create("orders-0");
  ASSERT_TRUE(world.append(log, {.fill = 1}));
  world.files.fail_sync_at(1);
  EXPECT_EQ(world.append(log, {.fill = 2}).error().reason, RefusalReason::stopped);
  EXPECT_TRUE(world.engine->stopped());
  EXPECT_EQ(world.append(log, {.fill = 3}).error().reason, RefusalReason::stopped);
  EXPECT_FALSE(world.engine->checkpoint());
  EXPECT_EQ(world.engine->state(log)->end, Offset(1));
  EXPECT_EQ(world.engine->read(log, Offset(0), 1000)->next, Offset(1));
}

TEST(Duplicates, AreNotConfirmedBeforeTheirOriginalIsDurable) {
  StorageWorld world;
  const LogId log = world.create("orders-0");
  const testing::BatchSpec batch{.producer = ProducerId(1), .epoch = 0, .sequence = 0};
  std::vector<bool> answers;
  const auto note = [&](const CommitResult& result) { answers.push_back(result.has_value()); };
  world.engine->submit(transaction(StorageWorld::step(log, batch)), note);
  world.engine->submit(transaction(StorageWorld::step(log, batch)), note);
  world.files.fail_sync_at(1);
  world.engine->commit_round();
  EXPECT_EQ(answers, (std::vector<bool>{false, false}));
}

class FullDisk : public ::testing::Test {
 protected:
  FullDisk() {
    log_ = world_.create("orders-0");
    EXPECT_TRUE(world_.append(log_, {.payload_bytes = 400}));
    EXPECT_TRUE(world_.append(log_, {.payload_bytes = 400}));
  }
  void fill() { world_.files.set_capacity(used() + world_.options.disk_reserve_bytes + 100); }
  uint64_t used() {
    uint64_t bytes = 0;
    for (const auto& path : world_.files.paths()) {
      bytes += os::read_file(world_.files, path)->size();
    }
    return bytes;
  }
  CommitResult append() { return world_.append(log_, {.payload_bytes = 400}); }

  StorageWorld world_;
  LogId log_;
};

TEST_F(FullDisk, RefusesAppendsAndGoesOnReading) {
  fill();
  EXPECT_EQ(append().error().reason, RefusalReason::no_space);
  EXPECT_FALSE(world_.engine->stopped());
  EXPECT_EQ(world_.content_of(log_)->batches.size(), 2U);
}

TEST_F(FullDisk, TakesAppendsAgainWhenThereIsSpace) {
  fill();
  ASSERT_FALSE(append());
  world_.files.no_more_faults();
  const auto done = append();
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->front().base, Offset(2));
}

TEST_F(FullDisk, RetentionMakesSpace) {
  fill();
  ASSERT_FALSE(append());
  world_.clock.advance(std::chrono::hours(3));
  ASSERT_TRUE(world_.engine->apply_retention());
  EXPECT_TRUE(append());
}

TEST_F(FullDisk, RefusesOnlyTheTransactionThatNeedsSpace) {
  fill();
  std::vector<bool> answers;
  auto note = [&](CommitResult result) { answers.push_back(result.has_value()); };
  world_.engine->submit(transaction(world_.step(log_, {.payload_bytes = 400})), note);
  world_.engine->submit(transaction(PutMetadata{"key", Bytes{}}), note);
  world_.engine->commit_round();
  EXPECT_EQ(answers, (std::vector<bool>{false, true}));
}

TEST_F(FullDisk, AJournalThatNoCheckpointCanReleaseIsNotOverwritten) {
  world_.files.set_capacity(used());
  uint8_t written = 0;
  const auto put = [&] {
    return world_.commit(transaction(PutMetadata{"key", Bytes{std::byte{written}}}));
  };
  while (put()) {
    ++written;
    ASSERT_LT(written, 100);
  }
  EXPECT_EQ(put().error().reason, RefusalReason::no_space);
  EXPECT_FALSE(world_.engine->stopped());
  world_.files.no_more_faults();
  const auto disk = world_.files.disk();
  EXPECT_TRUE(put());
  world_.engine.reset();
  world_.files.restore(disk);
  world_.lose_power(PowerLoss::drop_unsynced);
  world_.reopen();
  EXPECT_EQ(world_.engine->metadata().at("key"), Bytes{std::byte(written - 1)});
  EXPECT_EQ(world_.content_of(log_)->batches.size(), 2U);
}

TEST_F(FullDisk, ACommitThatFindsTheJournalFullMakesRoomItself) {
  world_.options.journal_files_max = 2;
  world_.reopen();
  const auto put = [&] { return world_.commit(transaction(PutMetadata{"key", Bytes(300)})); };
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(put());
  const auto is_journal = [](const std::string& path) { return path.ends_with(".journal"); };
  ASSERT_EQ(std::ranges::count_if(world_.files.paths(), is_journal), 2) << "it cannot grow";
  world_.files.set_capacity(used());
  int written = 0;
  while (put()) ASSERT_LT(++written, 100);
  world_.files.no_more_faults();
  const auto done = put();
  EXPECT_TRUE(done) << done.error().message;
  EXPECT_EQ(std::ranges::count_if(world_.files.paths(), is_journal), 2);
}

TEST_F(FullDisk, ARefusedTransactionLeavesNoTrace) {
  fill();
  const Content before = world_.content();
  const LogId other = world_.engine->allocate_log_id();
  const auto refused = world_.commit(
      transaction(CreateLog{other, "other", {}}, PutMetadata{"key", Bytes{}},
                  SetLogStart{log_, Offset(1)}, world_.step(log_, {.payload_bytes = 400})));
  ASSERT_FALSE(refused);
  EXPECT_EQ(world_.content(), before);
  world_.files.no_more_faults();
  EXPECT_EQ(append()->front().base, Offset(2));
  world_.lose_power(PowerLoss::drop_unsynced);
  world_.reopen();
  EXPECT_FALSE(world_.engine->state(other));
}

}  // namespace
}  // namespace tarn::storage
