#include "edges/sources/due_time.h"

#include <gtest/gtest.h>

#include "platform/os/testing/manual_clock.h"

namespace tarn::sources {
namespace {

using namespace std::chrono_literals;

class DueTimeTest : public ::testing::Test {
 protected:
  DueTimeTest() { due_.set(clock_.now() + 10s); }
  // Of real time, during which somebody sets the clock.
  bool pass(Millis time, Millis step = 0ms) {
    clock_.advance(time);
    clock_.set(clock_.now() + step);
    return due_.follow_clock();
  }

  os::testing::ManualClock clock_;
  DueTime due_{clock_};
};

TEST_F(DueTimeTest, IsReachedAfterItsPause) {
  EXPECT_EQ(due_.sleep(), 10s);
  EXPECT_FALSE(pass(9s));
  EXPECT_FALSE(due_.is_reached());
  EXPECT_FALSE(pass(1s));
  EXPECT_TRUE(due_.is_reached());
}

TEST_F(DueTimeTest, AClockSetBackMakesNoPauseLonger) {
  EXPECT_TRUE(pass(4s, -72h));
  EXPECT_EQ(due_.sleep(), 6s);
  EXPECT_TRUE(pass(3s, -1h));
  EXPECT_FALSE(due_.is_reached());
  EXPECT_FALSE(pass(3s));
  EXPECT_TRUE(due_.is_reached());
}

TEST_F(DueTimeTest, AClockSetForthMakesThePauseShorter) {
  EXPECT_FALSE(pass(1s, 1h));
  EXPECT_TRUE(due_.is_reached());
}

TEST_F(DueTimeTest, LittleStepsAreTheClocksOwn) {
  const Timestamp at = due_.at();
  EXPECT_FALSE(pass(1s, -500ms));
  EXPECT_EQ(due_.at(), at);
}

TEST_F(DueTimeTest, NoSleepIsLong) {
  due_.set(clock_.now() + 100h);
  EXPECT_EQ(due_.sleep(), 30s);
}

}  // namespace
}  // namespace tarn::sources
