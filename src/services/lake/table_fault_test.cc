// Every call to the disk fails once, or is the last one before the power goes; afterwards every
// record is in the table or in the dead letters, exactly once, and no file is left over.
#include <charconv>
#include <map>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "engines/objectstore/local_object_store.h"
#include "formats/record/batch_builder.h"
#include "formats/record/record_reader.h"
#include "platform/os/testing/fault_file_system.h"
#include "platform/runtime/testing/run.h"
#include "services/lake/delta_log.h"
#include "services/lake/lake.h"
#include "services/lake/testing/fake_column_files.h"
#include "services/log/testing/memory_log.h"

namespace tarn::lake {
namespace {

using namespace std::chrono_literals;
using os::testing::PowerLoss;

int64_t number_in(std::string_view text) {
  int64_t number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// A topic that outlives processes, and a disk that does not keep all it was given.
class World {
 public:
  explicit World(TableFormat format) : format_(format) {}
  ~World() { stop(); }

  os::testing::FaultFileSystem files;

  // False when the disk does not let it.
  bool start() {
    auto opened = objectstore::LocalObjectStore::open(files, {.root = "/lake"});
    if (!opened) return false;
    store_ = std::move(*opened);
    lake_ = std::make_unique<Lake>(LakeOptions{.staging = "/lake/_staging/tables",
                                               .cluster_id = "c",
                                               .retry_first = 1ms,
                                               .retry_longest = 1ms,
                                               .checkpoint_every = 2,
                                               .log_retention = Millis(-1000)},
                                   LakeParts{.executor = io_.get_executor(),
                                             .log = log_,
                                             .store = *store_,
                                             .files = files,
                                             .columns = columns_,
                                             .pool = pool_,
                                             .clock = clock_,
                                             .metrics = metrics_,
                                             .logger = telemetry::Logger::silent()});
    EXPECT_TRUE(lake_->start(
        {{.name = "t", .topics = {TopicName("t")}, .format = format_, .commit = {.every = 1h}}}));
    return true;
  }
  void stop() {
    if (!lake_) return;
    run([](Lake& lake) -> runtime::Awaitable<int> {
      co_await lake.stop({});
      co_return 0;
    }(*lake_));
    lake_.reset();
  }
  // A good record, and a bad one in every second batch.
  void produce() {
    EXPECT_TRUE(run(log_.ensure_topic({.name = TopicName("t")})));
    record::BatchBuilder builder;
    for (int i = 0; i < 2; ++i, ++produced_) {
      const bool is_bad = produced_ % 4 == 3;
      const auto value = is_bad ? "bad" : "{\"n\":" + std::to_string(produced_) + "}";
      builder.add({.value = as_bytes(value)});
    }
    std::vector<log::RecordBatch> batches;
    batches.push_back(
        {.to = {TopicName("t"), PartitionId(0)}, .batch = std::move(builder).finish()});
    EXPECT_TRUE(run(log_.append(std::move(batches))));
  }
  Status flush() { return run(lake_->flush("t")); }
  // As long as the fault lasts a flush may be refused.
  void flush_in_the_end() {
    Status flushed;
    for (int tries = 0; tries < 100; ++tries) {
      flushed = flush();
      if (flushed) return;
    }
    ADD_FAILURE() << flushed.error().message();
  }

  // How often each offset is in the table or in the dead letters, as text: "1 1 1 1".
  std::string copies() {
    std::map<int64_t, int> found;
    for (const auto offset : format_ == TableFormat::delta ? delta_offsets() : json_offsets()) {
      ++found[offset];
    }
    for (const auto offset : dead_letter_offsets()) ++found[offset];
    std::string text;
    for (int64_t offset = 0; offset < produced_; ++offset) {
      text += (text.empty() ? "" : " ") + std::to_string(found[offset]);
    }
    return text;
  }
  std::string once_each() const {
    std::string text;
    for (int64_t offset = 0; offset < produced_; ++offset) text += offset == 0 ? "1" : " 1";
    return text;
  }
  // Files that neither the table nor its log knows.
  std::vector<std::string> left_over() {
    std::vector<std::string> unknown;
    const auto live = live_files();
    for (const auto& path : files.paths()) {
      const bool is_known = path.contains("/_delta_log/") || path.contains("/_tarn_table") ||
                            std::ranges::find(live, path) != live.end();
      if (!is_known) unknown.push_back(path);
    }
    return unknown;
  }

 private:
  template <class T>
  T run(runtime::Awaitable<T> task) {
    return runtime::testing::run(io_, std::move(task));
  }

  std::vector<std::string> live_files() {
    std::vector<std::string> live;
    if (format_ == TableFormat::json) {
      for (const auto& info : *store_->list("t/")) live.push_back("/lake/" + info.name);
      return live;
    }
    auto snapshot = DeltaLog(*store_, columns_, "t").load();
    EXPECT_TRUE(snapshot) << snapshot.error().message();
    for (const auto& [path, file] : snapshot->files()) live.push_back("/lake/t/" + path);
    return live;
  }
  std::vector<int64_t> delta_offsets() {
    std::vector<int64_t> offsets;
    for (const auto& path : live_files()) {
      const auto content = os::read_file(files, path);
      EXPECT_TRUE(content) << path;
      for (auto lines = as_text(*content); !lines.empty();
           lines.remove_prefix(lines.find('\n') + 1)) {
        offsets.push_back(number_in(lines.substr(2)));
      }
    }
    return offsets;
  }
  std::vector<int64_t> json_offsets() {
    std::vector<int64_t> offsets;
    for (const auto& path : live_files()) {
      if (path.contains("/_tarn_table")) continue;
      const auto content = os::read_file(files, path);
      EXPECT_TRUE(content) << path;
      for (auto lines = as_text(*content); !lines.empty();
           lines.remove_prefix(lines.find('\n') + 1)) {
        offsets.push_back(number_in(lines.substr(lines.find(':') + 1)));
      }
    }
    return offsets;
  }
  std::vector<int64_t> dead_letter_offsets() {
    std::vector<int64_t> offsets;
    auto read = run(log_.read({TopicName("t.dead-letter"), PartitionId(0)}, Offset(0), {}));
    if (!read) return offsets;
    for (const auto& batch : read->batches) {
      EXPECT_TRUE(record::for_each_record(batch.view(), [&](const record::Record& it) -> Status {
        offsets.push_back(number_in(as_text(*it.key).substr(4)));
        return {};
      }));
    }
    return offsets;
  }

  TableFormat format_;
  os::SystemClock clock_;
  boost::asio::io_context io_{1};
  log::testing::MemoryLog log_{io_.get_executor()};
  telemetry::MetricRegistry metrics_;
  runtime::BlockingPool pool_{1};
  testing::FakeColumnFiles columns_{files};
  std::unique_ptr<objectstore::LocalObjectStore> store_;
  std::unique_ptr<Lake> lake_;
  int64_t produced_ = 0;
};

// Three commits, a checkpoint and the removal of what it stands for among them, with a fault
// somewhere.
uint64_t work(World& world) {
  const auto before = world.files.calls();
  if (world.start()) {
    for (int commit = 0; commit < 3; ++commit) {
      world.produce();
      if (!world.flush()) break;
    }
    world.stop();
  }
  return world.files.calls() - before;
}

void expect_once_each(World& world, const std::string& when) {
  ASSERT_TRUE(world.start()) << when;
  world.produce();
  world.flush_in_the_end();
  world.stop();
  ASSERT_EQ(world.copies(), world.once_each()) << when;
  ASSERT_EQ(world.left_over(), std::vector<std::string>()) << when;
}

struct TableFaults : ::testing::TestWithParam<TableFormat> {
  uint64_t calls_without_faults() {
    World world(GetParam());
    return work(world);
  }
  void lose_power_everywhere(PowerLoss mode) {
    const auto calls = calls_without_faults();
    ASSERT_GT(calls, 50U);
    for (uint64_t n = 1; n <= calls; ++n) {
      World world(GetParam());
      world.files.crash_at(n);
      work(world);
      world.files.lose_power(mode, n);
      expect_once_each(world, "the power went at call " + std::to_string(n));
      if (HasFatalFailure()) return;
    }
  }
};

TEST_P(TableFaults, WithoutFaultsEveryRecordIsThereOnce) {
  World world(GetParam());
  work(world);
  if (GetParam() == TableFormat::delta) {
    const auto paths = world.files.paths();
    EXPECT_EQ(std::ranges::count(paths, "/lake/t/_delta_log/00000000000000000000.json"), 0)
        << "the checkpoint stands for it";
  }
  expect_once_each(world, "without a fault");
}

TEST_P(TableFaults, ALossOfPowerAtAnyCallLosesAndDoublesNothing) {
  lose_power_everywhere(PowerLoss::drop_unsynced);
}

TEST_P(TableFaults, ATornLossOfPowerAtAnyCallLosesAndDoublesNothing) {
  lose_power_everywhere(PowerLoss::random_pages);
}

TEST_P(TableFaults, ADeathOfTheProcessAtAnyCallLosesAndDoublesNothing) {
  lose_power_everywhere(PowerLoss::keep_all);
}

TEST_P(TableFaults, AnyCallThatFailsOnceIsMadeUpFor) {
  const auto calls = calls_without_faults();
  for (uint64_t n = 1; n <= calls; ++n) {
    World world(GetParam());
    world.files.fail_at(n, ErrorCode::resource_exhausted);
    work(world);
    expect_once_each(world, "call " + std::to_string(n) + " failed once");
    if (HasFatalFailure()) return;
  }
}

TEST_P(TableFaults, ACallThatFailedIsMadeUpForByTheSameProcess) {
  const auto calls = calls_without_faults();
  for (uint64_t n = 1; n <= calls; ++n) {
    SCOPED_TRACE("call " + std::to_string(n) + " failed once");
    World world(GetParam());
    world.files.fail_at(n, ErrorCode::resource_exhausted);
    if (!world.start()) ASSERT_TRUE(world.start());
    for (int commit = 0; commit < 3; ++commit) {
      world.produce();
      world.flush_in_the_end();
      ASSERT_FALSE(HasFailure());
    }
    world.stop();
    ASSERT_EQ(world.copies(), world.once_each());
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, TableFaults,
                         ::testing::Values(TableFormat::delta, TableFormat::json),
                         [](const auto& it) {
                           return std::string(it.param == TableFormat::delta ? "Delta" : "Json");
                         });

}  // namespace
}  // namespace tarn::lake
