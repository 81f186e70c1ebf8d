#include <chrono>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "platform/runtime/blocking_pool.h"
#include "platform/runtime/deadline.h"
#include "platform/runtime/event.h"
#include "platform/runtime/task_group.h"
#include "platform/runtime/testing/run.h"

namespace tarn::runtime {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

struct Runtime : ::testing::Test {
  asio::io_context io{1};

  os::MonotonicTime in(std::chrono::milliseconds delay) {
    return os::SystemClock().monotonic() + delay;
  }
};

Task<int> answer() {
  co_return 42;
}
Task<int> never(bool& unwound) {
  struct Trace {
    bool& flag;
    ~Trace() { flag = true; }
  } trace{unwound};
  co_await sleep_for(1h);
  co_return 0;
}

TEST_F(Runtime, ATaskInTimeGivesItsValue) {
  EXPECT_EQ(*testing::run(io, with_deadline(answer(), in(10s))), 42);
}

TEST_F(Runtime, ATaskPastItsDeadlineIsUnwound) {
  bool unwound = false;
  auto result = testing::run(io, with_deadline(never(unwound), in(1ms)));
  EXPECT_EQ(result.error().code(), ErrorCode::timed_out);
  EXPECT_TRUE(unwound);
}

TEST_F(Runtime, ATaskThatThrowsDoesNotWaitForItsDeadline) {
  const auto thrower = []() -> Task<int> {
    throw std::runtime_error("a library threw");
    co_return 0;
  };
  EXPECT_THROW((void)testing::run(io, with_deadline(thrower(), in(1h))), std::runtime_error);
}

TEST_F(Runtime, BlockingWorkComesHome) {
  BlockingPool pool(1);
  const auto home = std::this_thread::get_id();
  auto outside = testing::run(io, [](BlockingPool& p) -> Task<std::thread::id> {
    co_return co_await p.run([] { return Result<std::thread::id>(std::this_thread::get_id()); });
  }(pool));
  EXPECT_NE(*outside, home);
}

TEST_F(Runtime, StoppingAGroupUnwindsTasksThatWaitWithADeadline) {
  Event event(io.get_executor());
  TaskGroup group(io.get_executor(), nullptr);
  const auto wait = [](Event& e, os::MonotonicTime until) -> Task<void> {
    co_await e.wait_until(until);
    co_return Status();
  };
  group.spawn("event", wait(event, in(1h)));
  group.spawn("deadline", with_deadline(wait(event, in(1h)), in(1h)));
  io.poll();
  (void)testing::run(io, [](TaskGroup& g) -> Task<void> {
    co_await g.stop();
    co_return Status();
  }(group));
  EXPECT_EQ(group.size(), 0U);
}

TEST_F(Runtime, StoppingAGroupUnwindsItsTasks) {
  bool unwound = false;
  TaskGroup group(io.get_executor(), {});
  group.spawn("waiter", [](bool& flag) -> Task<void> {
    CO_TRY(co_await never(flag));
    co_return Status();
  }(unwound));
  testing::run(io, [](TaskGroup& g) -> Awaitable<bool> {
    co_await sleep_for(1ms);
    co_await g.stop();
    co_return true;
  }(group));
  EXPECT_TRUE(unwound);
  EXPECT_EQ(group.size(), 0U);
}

TEST_F(Runtime, AnErrorOfATaskIsReportedWithItsName) {
  std::string seen;
  TaskGroup group(io.get_executor(), [&](const std::string& name, const Error& error) {
    seen = name + ": " + error.message();
  });
  group.spawn("poller", []() -> Task<void> { co_return Error(ErrorCode::internal, "no"); }());
  io.run();
  EXPECT_EQ(seen, "poller: no");
}

TEST_F(Runtime, AnEventWakesAllThatWait) {
  Event event(io.get_executor());
  int woken = 0;
  TaskGroup group(io.get_executor(), {});
  for (int i = 0; i < 3; ++i) {
    group.spawn("waiter", [](Event& e, int& count) -> Task<void> {
      co_await e.wait();
      ++count;
      co_return Status();
    }(event, woken));
  }
  io.poll();
  event.notify_all();
  io.restart();
  io.run();
  EXPECT_EQ(woken, 3);
}

TEST_F(Runtime, WaitingForAnEventEndsAtTheDeadline) {
  Event event(io.get_executor());
  EXPECT_FALSE(testing::run(io, event.wait_until(in(1ms))));
}

}  // namespace
}  // namespace tarn::runtime
