#include "engines/storage/compaction_pace.h"

#include <thread>

#include <gtest/gtest.h>

namespace tarn::storage {
namespace {

constexpr uint64_t kMuch = 1ULL << 50;

TEST(CompactionPaceTest, WithoutALimitNobodyWaits) {
  CompactionPace pace(0, {});
  EXPECT_TRUE(pace.spend(kMuch));
}

TEST(CompactionPaceTest, LittleIsSavedUp) {
  CompactionPace pace(kMuch, {});
  EXPECT_TRUE(pace.spend(1000));
}

TEST(CompactionPaceTest, AStopEndsTheWait) {
  std::stop_source stop;
  CompactionPace pace(1000, stop.get_token());
  std::jthread stopper([&] { stop.request_stop(); });
  const auto done = pace.spend(1000 * 3600);  // an hour's worth
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), ErrorCode::cancelled);
}

}  // namespace
}  // namespace tarn::storage
