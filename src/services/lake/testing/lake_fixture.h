// A lake over a log in memory, real files and the real SQL engine.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "engines/objectstore/local_object_store.h"
#include "engines/sql/engine.h"
#include "formats/record/batch_builder.h"
#include "platform/os/testing/temporary_directory.h"
#include "platform/runtime/testing/run.h"
#include "services/lake/lake.h"
#include "services/log/testing/memory_log.h"

namespace tarn::lake::testing {

inline constexpr int64_t kTime = 1'725'190'561'000;  // 2024-09-01T11:36:01Z

// One process: what start() makes and crash() or stop() takes away.
struct LakeTest : ::testing::Test {
  os::testing::TemporaryDirectory directory;
  os::PosixFileSystem files;
  os::SystemClock clock;
  boost::asio::io_context io{1};
  log::testing::MemoryLog log{io.get_executor()};
  telemetry::MetricRegistry metrics;
  runtime::BlockingPool pool{2};
  sql::Engine engine{{.temporary_directory = directory / "tmp", .directories = {directory.path()}},
                     clock};
  SqlColumnFiles columns{engine};
  std::unique_ptr<objectstore::LocalObjectStore> store =
      objectstore::LocalObjectStore::open(files, {.root = directory / "lake"}).value();
  std::map<std::string, log::Hold> holds;
  uint64_t disk_reserve_bytes = 0;
  std::unique_ptr<Lake> lake;

  template <class T>
  T run(runtime::Awaitable<T> task) {
    return runtime::testing::run(io, std::move(task));
  }

  TableSpec flights() {
    return {.name = "flights",
            .topics = {TopicName("flights")},
            .partition_by = {*parse_partition_field("year(_time)"),
                             *parse_partition_field("month(_time)")},
            .commit = {.every = std::chrono::hours(1)}};
  }
  TableSpec objects_table() {
    return {.name = "raw",
            .topics = {TopicName("flights")},
            .format = TableFormat::json,
            .commit = {.every = std::chrono::hours(1)},
            .metadata_columns = false};
  }
  std::string text_of(const std::string& object) {
    auto content = store->get(object);
    return content ? std::string(as_text(*content)) : content.error().message();
  }
  void start(std::vector<TableSpec> specs) {
    lake = std::make_unique<Lake>(
        LakeOptions{.staging = directory / "lake/_staging/tables",
                    .cluster_id = "c1",
                    .disk_reserve_bytes = disk_reserve_bytes,
                    .retry_first = Millis(1),
                    .retry_longest = Millis(5),
                    .checkpoint_every = 3},
        LakeParts{.executor = io.get_executor(),
                  .log = log,
                  .store = *store,
                  .files = files,
                  .columns = columns,
                  .pool = pool,
                  .clock = clock,
                  .metrics = metrics,
                  .logger = telemetry::Logger::silent(),
                  .hold_records = [this](const std::string& holder, log::Hold needs) {
                    holds[holder] = std::move(needs);
                  }});
    auto started = lake->start(std::move(specs));
    ASSERT_TRUE(started) << started.error().message();
  }
  void stop() {
    if (!lake) return;
    run([](Lake& it, os::MonotonicTime by) -> runtime::Awaitable<int> {
      co_await it.stop(by);
      co_return 0;
    }(*lake, clock.monotonic() + std::chrono::seconds(10)));
    lake.reset();
  }
  void restart(std::vector<TableSpec> specs) {
    stop();
    start(std::move(specs));
  }
  void TearDown() override { stop(); }

  void produce(const std::string& topic, std::vector<std::string> values, int64_t millis = kTime) {
    ASSERT_TRUE(run(log.ensure_topic({.name = TopicName(topic)})));
    record::BatchBuilder builder;
    for (const auto& value : values) {
      builder.add(
          {.timestamp = from_unix_millis(millis), .key = as_bytes("k"), .value = as_bytes(value)});
    }
    std::vector<log::RecordBatch> batches;
    batches.push_back(
        {.to = {TopicName(topic), PartitionId(0)}, .batch = std::move(builder).finish()});
    ASSERT_TRUE(run(log.append(std::move(batches))));
  }
  void run_until(const std::function<bool()>& is_so) {
    while (!is_so()) {
      io.restart();
      io.run_one();
    }
  }
  void flush(const std::string& table = "flights") {
    auto done = run(lake->flush(table));
    ASSERT_TRUE(done) << done.error().message();
  }
  TableStatus status(const std::string& table = "flights") { return *lake->status(table); }

  // The first column of all rows as text, separated by spaces; or the error.
  std::string sql(std::string text) {
    auto answer = run(query(std::move(text)));
    if (!answer) return answer.error().message();
    std::string all;
    for (const auto& batch : answer->batches) {
      for (size_t row = 0; row < batch.rows(); ++row) {
        if (!all.empty()) all += ' ';
        all += batch.columns[0].is_null(row) ? "null" : std::string(batch.columns[0].text_at(row));
      }
    }
    return all;
  }
  runtime::Task<sql::Answer> query(std::string text) {
    co_return co_await pool.run([&] {
      return engine.query({.sql = "select cast(columns(*) as varchar) from (" + text + ")"},
                          lake->catalog());
    });
  }
  std::vector<std::string> objects(const std::string& prefix) {
    std::vector<std::string> names;
    for (const auto& info : *store->list(prefix)) names.push_back(info.name);
    return names;
  }
};

}  // namespace tarn::lake::testing
