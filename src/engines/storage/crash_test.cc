// The engine is crashed at every call to the disk, and the disk forgets in every way it can. What
// is found afterwards must be the state after the last acknowledged commit, or after the one that
// was under way: whole, in every log.

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
  Crash() {
    StorageWorld world;
    golden_.push_back(world.content());
    const uint64_t before = world.files.calls();
    for (const WorkStep& step : steps_) {
      EXPECT_TRUE(step(world));
      golden_.push_back(world.content());
    }
    // Reading what readers see costs calls too, but never fewer than the work alone.
    calls_ = world.files.calls() - before;
  }

  // Runs until a step fails; the number of steps done.
  size_t run(StorageWorld& world) {
    for (size_t i = 0; i < steps_.size(); ++i) {
      if (!steps_[i](world)) return i;
    }
    return steps_.size();
  }

  void expect_done_or_under_way(StorageWorld& world, size_t done) {
    const Content found = world.content();
    if (found == golden_[done]) return;
    EXPECT_EQ(found, golden_[std::min(done + 1, steps_.size())]) << "after " << done << " steps";
  }

  const std::vector<WorkStep> steps_ = testing::whole_workload();
  std::vector<Content> golden_;  // before the first step, and after each
  uint64_t calls_ = 0;
};

TEST_F(Crash, AtEveryCallInEveryWayLosesNothingAcknowledged) {
  for (uint64_t call = 1; call <= calls_; ++call) {
    StorageWorld world;
    world.files.crash_at(call);
    const size_t done = run(world);
    world.engine.reset();
    const auto disk = world.files.disk();
    for (PowerLoss mode : kAllPowerLosses) {
      SCOPED_TRACE(::testing::Message() << "call " << call << " mode " << static_cast<int>(mode));
      world.files.restore(disk);
      world.files.lose_power(mode, call);
      ASSERT_TRUE(world.open()) << world.open().error().message();
      expect_done_or_under_way(world, done);
      world.lose_power(PowerLoss::drop_unsynced);
      ASSERT_FALSE(HasFailure());
    }
    if (done == steps_.size()) break;
  }
}

}  // namespace
}  // namespace tarn::storage
