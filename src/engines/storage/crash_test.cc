// The engine is crashed at every call to the disk, and the disk forgets in every way it can. What
// is found afterwards must be the state after the last acknowledged commit, or after the one that
// was under way: whole, in every log.

#include <algorithm>

#include <gtest/gtest.h>

#include "engines/storage/testing/workload.h"

namespace tarn::storage {
namespace {

using os::testing::kAllPowerLosses;
using os::testing::PowerLoss;
using testing::Content;
using testing::StorageWorld;
using testing::WorkStep;

class Crash : public ::testing::Test {
 protected:
  explicit Crash(std::vector<WorkStep> steps = testing::whole_workload())
      : steps_(std::move(steps)) {
    StorageWorld world;
    golden_.push_back(world.content());
    for (const WorkStep& step : steps_) {
      EXPECT_TRUE(step(world));
      golden_.push_back(world.content());
    }
  }

  // Runs until a step fails; the number of steps done.
  size_t run(StorageWorld& world) {
    for (size_t i = 0; i < steps_.size(); ++i) {
      if (!steps_[i](world)) return i;
    }
    return steps_.size();
  }
  // The disks left by crashes at every stride-th call, with the number of steps acknowledged.
  void for_each_crash(uint64_t stride, const std::function<void(StorageWorld&, size_t)>& examine) {
    for (uint64_t call = 1;; call += stride) {
      StorageWorld world;
      world.files.crash_at(call);
      const size_t done = run(world);
      world.engine.reset();
      if (done == steps_.size()) return;
      SCOPED_TRACE(::testing::Message() << "crash at call " << call);
      examine(world, done);
      ASSERT_FALSE(HasFailure());
    }
  }
  static void lose_power(StorageWorld& world, const os::testing::FaultFileSystem::Disk& disk,
                         PowerLoss mode, uint64_t seed) {
    world.engine.reset();
    world.files.restore(disk);
    world.files.lose_power(mode, seed);
  }
  Content expect_done_or_under_way(StorageWorld& world, size_t done) {
    const Status opened = world.open();
    EXPECT_TRUE(opened) << opened.error().message();
    if (!opened) return {};
    Content found = world.content();
    if (found == golden_[done]) return found;
    EXPECT_EQ(found, golden_[std::min(done + 1, steps_.size())]) << "after " << done << " steps";
    return found;
  }

  // Enough to use every file of the journal, and a checkpoint between.
  static void write_more(StorageWorld& world) {
    if (world.engine->logs().empty()) world.create("late-0");
    for (int i = 0; i < 8; ++i) {
      const auto [log, state] = *world.engine->logs().rbegin();
      const auto appended = world.append(log, {.payload_bytes = 200, .fill = 99});
      ASSERT_TRUE(appended);
      EXPECT_EQ(appended->front().base, state.end);
      if (i == 3) EXPECT_TRUE(world.engine->checkpoint());
    }
  }

  void crash_at_every_call_in_every_way() {
    for_each_crash(1, [&](StorageWorld& world, size_t done) {
      const auto disk = world.files.disk();
      for (PowerLoss mode : kAllPowerLosses) {
        SCOPED_TRACE(::testing::Message() << "mode " << static_cast<int>(mode));
        lose_power(world, disk, mode, done);
        expect_done_or_under_way(world, done);
      }
    });
  }
  void lose_power_after_a_recovery() {
    for_each_crash(1, [&](StorageWorld& world, size_t done) {
      world.files.lose_power(PowerLoss::keep_all);
      const Content served = expect_done_or_under_way(world, done);
      world.lose_power(PowerLoss::drop_unsynced);
      world.reopen();
      EXPECT_EQ(world.content(), served);
    });
  }
  void crash_in_recoveries() {
    for_each_crash(9, [&](StorageWorld& world, size_t done) {
      const auto disk = world.files.disk();
      for (uint64_t call = 1; call < 1000; ++call) {
        lose_power(world, disk, PowerLoss::random_sectors, call);
        world.files.crash_at(call);
        const bool finished = world.open().has_value();
        world.lose_power(call % 2 == 0 ? PowerLoss::random_pages : PowerLoss::drop_unsynced, call);
        expect_done_or_under_way(world, done);
        if (finished) break;
      }
    });
  }

  const std::vector<WorkStep> steps_;
  std::vector<Content> golden_;  // before the first step, and after each
};

TEST_F(Crash, AtEveryCallInEveryWayLosesNothingAcknowledged) {
  crash_at_every_call_in_every_way();
}

TEST_F(Crash, WhatWasServedAfterARecoveryOutlastsTheNextPowerLoss) {
  lose_power_after_a_recovery();
}

TEST_F(Crash, ARecoveryThatCrashesIsTakenUpAgain) {
  crash_in_recoveries();
}

TEST_F(Crash, WritingGoesOnAfterARecovery) {
  bool only_killed = false;
  for_each_crash(1, [&](StorageWorld& world, size_t done) {
    only_killed = !only_killed;
    world.files.lose_power(only_killed ? PowerLoss::keep_all : PowerLoss::random_sectors, done);
    expect_done_or_under_way(world, done);
    write_more(world);
    const Content before = world.content();
    world.lose_power(PowerLoss::drop_unsynced);
    world.reopen();
    EXPECT_EQ(world.content(), before);
    world.reopen();
    EXPECT_EQ(world.content(), before);
  });
}

class CompactionCrash : public Crash {
 protected:
  CompactionCrash() : Crash(testing::compaction_workload()) {}
};

TEST_F(CompactionCrash, AtEveryCallInEveryWayLosesNothingAcknowledged) {
  crash_at_every_call_in_every_way();
}

TEST_F(CompactionCrash, WhatWasServedAfterARecoveryOutlastsTheNextPowerLoss) {
  lose_power_after_a_recovery();
}

TEST_F(CompactionCrash, ARecoveryThatCrashesIsTakenUpAgain) {
  crash_in_recoveries();
}

// The latest value of each key, whatever of the log is compacted at the moment of the crash.
TEST(TableCrash, AtEveryCallTheLatestValueOfEachKeyIsThere) {
  const auto steps = testing::table_workload();
  using Table = std::map<std::string, std::string>;
  std::vector<Table> golden{{}};
  StorageWorld whole;
  for (const WorkStep& step : steps) {
    ASSERT_TRUE(step(whole));
    golden.push_back(whole.table(testing::kTable));
  }
  for (uint64_t call = 1;; ++call) {
    StorageWorld world;
    world.files.crash_at(call);
    size_t done = 0;
    while (done < steps.size() && steps[done](world)) ++done;
    if (done == steps.size()) break;
    world.lose_power(kAllPowerLosses[call % std::size(kAllPowerLosses)], call);
    ASSERT_TRUE(world.open()) << call;
    const bool exists = world.engine->state(testing::kTable).has_value();
    const Table found = exists ? world.table(testing::kTable) : Table();
    if (found != golden[done]) ASSERT_EQ(found, golden[done + 1]) << "call " << call;
    while (exists && world.engine->compact()->read_bytes > 0) continue;
    if (exists) ASSERT_EQ(world.table(testing::kTable), found) << "call " << call;
  }
}

// What a start that was cut off leaves behind must not be trusted by the next one.
class FirstStart : public ::testing::TestWithParam<PowerLoss> {};

TEST_P(FirstStart, CrashedAtEveryCallStartsTheNextTime) {
  for (uint64_t call = 1;; ++call) {
    StorageWorld world;
    world.engine.reset();
    world.files.restore({.seen = {{".", 0}}, .durable = {{".", 0}}});
    world.files.crash_at(call);
    const bool finished = world.open().has_value();
    world.lose_power(GetParam(), call);
    ASSERT_TRUE(world.open()) << call;
    const LogId log = world.create("orders-0");
    ASSERT_TRUE(world.append(log));
    world.lose_power(PowerLoss::drop_unsynced);
    ASSERT_TRUE(world.open()) << call;
    ASSERT_TRUE(world.engine->state(log)) << call;
    EXPECT_EQ(world.engine->state(log)->end, Offset(1)) << call;
    if (finished) break;
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, FirstStart, ::testing::ValuesIn(kAllPowerLosses));

// All series of three operations, crashed at every call of the last one.
class SmallWorkloads : public ::testing::Test {
 protected:
  static bool act(StorageWorld& world, size_t operation) {
    const LogId log = world.engine->logs().empty() ? LogId(1) : world.engine->logs().begin()->first;
    switch (operation) {
      case 0:
        return accepted(world.commit(testing::transaction(
            CreateLog{world.engine->allocate_log_id(), "x", StorageWorld::tiny_config()})));
      case 1:
        return accepted(world.append(log));
      case 2:
        return accepted(world.append(log, {.payload_bytes = 450}));  // rolls
      case 3: {
        const auto state = world.engine->state(log);
        return accepted(
            world.commit(testing::transaction(SetLogStart{log, state ? state->end : Offset(0)})));
      }
      case 4:
        return accepted(world.commit(testing::transaction(DeleteLog{log})));
      default:
        return world.engine->checkpoint().has_value();
    }
  }
  // A refusal for a reason of its own is an answer too.
  static bool accepted(const CommitResult& result) {
    return result || result.error().reason != RefusalReason::stopped;
  }
  static void crash_in_last(const std::array<size_t, 3>& operations) {
    for (uint64_t call = 1;; ++call) {
      StorageWorld world;
      act(world, 0);
      act(world, operations[0]);
      act(world, operations[1]);
      const Content before = world.content();
      world.files.crash_at(call);
      const bool done = act(world, operations[2]);
      if (done) return;
      world.lose_power(kAllPowerLosses[call % std::size(kAllPowerLosses)], call);
      ASSERT_TRUE(world.open());
      const Content found = world.content();
      if (found == before) continue;
      // Then it is as if the operation had been done.
      StorageWorld other;
      for (size_t operation : {size_t{0}, operations[0], operations[1], operations[2]}) {
        act(other, operation);
      }
      EXPECT_EQ(found, other.content()) << call;
    }
  }
};

TEST_F(SmallWorkloads, OfThreeOperationsAreAtomic) {
  for (size_t a = 0; a < 6; ++a) {
    for (size_t b = 0; b < 6; ++b) {
      for (size_t c = 0; c < 6; ++c) {
        SCOPED_TRACE(::testing::Message() << a << ' ' << b << ' ' << c);
        crash_in_last({a, b, c});
        ASSERT_FALSE(HasFailure());
      }
    }
  }
}

}  // namespace
}  // namespace tarn::storage
