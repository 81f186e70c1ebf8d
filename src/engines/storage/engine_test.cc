#include "engines/storage/engine.h"

#include <future>

#include <gtest/gtest.h>

#include "engines/storage/testing/batches.h"
#include "formats/record/batch_header.h"
#include "platform/os/testing/manual_clock.h"
#include "platform/os/testing/temporary_directory.h"

namespace tarn::storage {
namespace {

using testing::make_batch;

// An engine on the real disk, with its own threads.
class EngineOnDisk : public ::testing::Test {
 protected:
  EngineOnDisk() { reopen(); }

  void reopen() {
    engine_.reset();
    auto opened = Engine::open(files_, clock_, telemetry::Logger::silent(), metrics_,
                               {.directory = directory_ / "data", .disk_reserve_bytes = 0});
    ASSERT_TRUE(opened) << opened.error().message();
    engine_ = *std::move(opened);
  }
  CommitResult commit(Transaction transaction) {
    std::promise<CommitResult> promise;
    auto future = promise.get_future();
    engine_->submit(std::move(transaction),
                    [&](CommitResult result) { promise.set_value(std::move(result)); });
    return future.get();
  }
  LogId create(std::string name) {
    const LogId log = engine_->allocate_log_id();
    EXPECT_TRUE(commit(make_transaction(CreateLog{log, std::move(name), {}})));
    return log;
  }
  template <class... Steps>
  static Transaction make_transaction(Steps... steps) {
    Transaction transaction;
    (transaction.emplace_back(std::move(steps)), ...);
    return transaction;
  }
  int64_t append(LogId log, const testing::BatchSpec& spec = {}) {
    auto done = commit(make_transaction(Append{log, MutableBytes(make_batch(spec))}));
    return done ? done->front().base.value() : -1;
  }

  os::testing::TemporaryDirectory directory_;
  os::PosixFileSystem files_;
  os::testing::ManualClock clock_;
  telemetry::MetricRegistry metrics_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(EngineOnDisk, GivesOffsetsInOrder) {
  const LogId log = create("orders-0");
  EXPECT_EQ(append(log, {.records = 3}), 0);
  EXPECT_EQ(append(log), 3);
  EXPECT_EQ(engine_->state(log)->end, Offset(4));
}

TEST_F(EngineOnDisk, ReadsTheSameAfterACleanRestart) {
  const LogId log = create("orders-0");
  append(log, {.records = 3, .fill = 1});
  append(log, {.fill = 2});
  const auto before = engine_->read(log, Offset(0), 1 << 20);
  ASSERT_TRUE(before);
  reopen();
  EXPECT_FALSE(engine_->read_cached(log, Offset(0), 1 << 20));
  const auto after = engine_->read(log, Offset(0), 1 << 20);
  ASSERT_TRUE(after) << after.error().message();
  ASSERT_EQ(after->batches.size(), 2U);
  EXPECT_EQ(as_text(after->batches[1].view()), as_text(before->batches[1].view()));
  EXPECT_EQ(engine_->state(log)->epoch, LeaderEpoch(0));
}

TEST_F(EngineOnDisk, ASecondEngineIsToldThatTheFolderIsLocked) {
  auto second = Engine::open(files_, clock_, telemetry::Logger::silent(), metrics_,
                             {.directory = directory_ / "data"});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::failed_precondition);
}

}  // namespace
}  // namespace tarn::storage
