// The engine with its own threads, on the real disk, used from several threads at once.

#include <atomic>
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "engines/storage/engine.h"
#include "engines/storage/testing/storage_world.h"
#include "formats/record/batch_header.h"
#include "platform/os/testing/temporary_directory.h"

namespace tarn::storage {
namespace {

using testing::transaction;

class EngineThreads : public ::testing::Test {
 protected:
  EngineThreads() { reopen(); }

  void reopen() {
    engine_.reset();
    auto opened = Engine::open(files_, clock_, telemetry::Logger::silent(), metrics_, options());
    ASSERT_TRUE(opened) << opened.error().message();
    engine_ = *std::move(opened);
  }
  EngineOptions options() {
    return {.directory = directory_ / "data",
            .journal_file_bytes = 64 << 10,
            .journal_files_max = 6,
            .cache_bytes_max = 20'000,
            .disk_reserve_bytes = 0};
  }
  CommitResult commit(Transaction steps) {
    std::promise<CommitResult> promise;
    auto future = promise.get_future();
    engine_->submit(std::move(steps),
                    [&](CommitResult result) { promise.set_value(std::move(result)); });
    return future.get();
  }
  LogId create(const std::string& name) {
    const LogId log = engine_->allocate_log_id();
    EXPECT_TRUE(commit(
        transaction(CreateLog{log, name, {.segment_bytes = 50'000, .index_interval_bytes = 500}})));
    return log;
  }
  void append_many(LogId log, int count) {
    for (int i = 0; i < count; ++i) {
      const auto done = commit(transaction(testing::StorageWorld::step(
          log, {.payload_bytes = 700, .fill = static_cast<uint8_t>(i)})));
      ASSERT_TRUE(done) << done.error().message;
      ASSERT_EQ(done->front().base, Offset(i));
    }
  }
  // Follows the log to an end, checking that every offset comes once.
  void follow(LogId log, int64_t until) {
    Offset next(0);
    while (next < Offset(until)) {
      const auto read = engine_->read(log, next, 10'000);
      ASSERT_TRUE(read) << read.error().message();
      for (const SharedBytes& batch : read->batches) {
        ASSERT_EQ(record::read_batch_header(batch.view())->base_offset, next);
        next = next + 1;
      }
      ASSERT_EQ(next, read->next);
      if (read->batches.empty()) std::this_thread::yield();
    }
  }

  os::testing::TemporaryDirectory directory_;
  os::PosixFileSystem files_;
  os::SystemClock clock_;
  telemetry::MetricRegistry metrics_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(EngineThreads, WritersAndReadersWorkAtTheSameTime) {
  constexpr int kBatches = 200;
  std::vector<LogId> logs = {create("a-0"), create("b-0"), create("c-0")};
  {
    std::vector<std::jthread> threads;
    for (LogId log : logs) {
      threads.emplace_back([this, log] { append_many(log, kBatches); });
      threads.emplace_back([this, log] { follow(log, kBatches); });
    }
    threads.emplace_back([this] {
      for (int i = 0; i < 5; ++i) EXPECT_TRUE(engine_->checkpoint());
    });
  }
  reopen();
  for (LogId log : logs) {
    EXPECT_EQ(engine_->state(log)->end, Offset(kBatches));
    EXPECT_EQ(engine_->state(log)->epoch, LeaderEpoch(0));
    follow(log, kBatches);
  }
}

TEST_F(EngineThreads, ReadersBearRetentionAndDeletion) {
  const LogId log = create("a-0");
  append_many(log, 150);
  std::atomic<bool> done = false;
  std::jthread reader([&] {
    while (!done) {
      const auto state = engine_->state(log);
      if (!state) continue;
      const auto read = engine_->read(log, state->start, 5'000);
      if (!read) EXPECT_NE(read.error().code(), ErrorCode::corrupt) << read.error().message();
    }
  });
  for (int64_t start = 0; start <= 150; start += 10) {
    EXPECT_TRUE(commit(transaction(SetLogStart{log, Offset(start)})));
  }
  EXPECT_TRUE(commit(transaction(DeleteLog{log})));
  done = true;
}

TEST_F(EngineThreads, ReadersAndWritersBearCompaction) {
  constexpr int kBatches = 400;
  const LogId log = engine_->allocate_log_id();
  LogConfig config = testing::StorageWorld::compacted_config();
  config.segment_bytes = 2'000;
  ASSERT_TRUE(commit(transaction(CreateLog{log, "table-0", config})));
  std::atomic<bool> done = false;
  {
    std::jthread compactor([&] {
      while (!done) EXPECT_TRUE(engine_->compact());
    });
    std::jthread reader([&] {
      for (int64_t from = 0; !done; from = (from + 37) % kBatches) {
        const auto read = engine_->read(log, Offset(from), 1'000);
        if (!read)
          EXPECT_EQ(read.error().code(), ErrorCode::out_of_range) << read.error().message();
      }
    });
    for (int i = 0; i < kBatches; ++i) {
      const Bytes batch = testing::make_keyed_batch({{"key" + std::to_string(i % 7), "value"}});
      ASSERT_TRUE(commit(transaction(Append{log, MutableBytes(batch)})));
    }
    done = true;
  }
  EXPECT_TRUE(engine_->compact());
  EXPECT_FALSE(engine_->state(log)->quarantined);
  EXPECT_LT(engine_->state(log)->bytes, 4'000U);
  EXPECT_EQ(engine_->state(log)->end, Offset(kBatches));
}

TEST_F(EngineThreads, FinishesWhatIsQueuedWhenItCloses) {
  const LogId log = create("a-0");
  std::atomic<int> answered = 0;
  for (int i = 0; i < 50; ++i) {
    engine_->submit(transaction(testing::StorageWorld::step(log, {})),
                    [&](const CommitResult& result) { answered += result.has_value() ? 1 : 0; });
  }
  reopen();
  EXPECT_EQ(answered, 50);
  EXPECT_EQ(engine_->state(log)->end, Offset(50));
}

TEST_F(EngineThreads, ASecondEngineIsToldThatTheFolderIsLocked) {
  auto second = Engine::open(files_, clock_, telemetry::Logger::silent(), metrics_, options());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::failed_precondition);
}

}  // namespace
}  // namespace tarn::storage
