#include "services/lake/lake.h"

#include <filesystem>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "engines/objectstore/local_object_store.h"
#include "engines/sql/engine.h"
#include "formats/record/batch_builder.h"
#include "formats/record/record_reader.h"
#include "platform/os/testing/temporary_directory.h"
#include "platform/runtime/testing/run.h"
#include "services/log/testing/memory_log.h"

namespace tarn::lake {
namespace {

using namespace std::chrono_literals;

constexpr int64_t kTime = 1'725'190'561'000;  // 2024-09-01T11:36:01Z

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
            .commit = {.every = 1h}};
  }
  TableSpec objects_table() {
    return {.name = "raw",
            .topics = {TopicName("flights")},
            .format = TableFormat::json,
            .commit = {.every = 1h},
            .metadata_columns = false};
  }
  std::string text_of(const std::string& object) {
    auto content = store->get(object);
    return content ? std::string(as_text(*content)) : content.error().message();
  }
  void start(std::vector<TableSpec> specs) {
    lake = std::make_unique<Lake>(LakeOptions{.staging = directory / "lake/_staging/tables",
                                              .cluster_id = "c1",
                                              .retry_first = 1ms,
                                              .retry_longest = 5ms,
                                              .checkpoint_every = 3},
                                  LakeParts{.executor = io.get_executor(),
                                            .log = log,
                                            .store = *store,
                                            .files = files,
                                            .columns = columns,
                                            .pool = pool,
                                            .clock = clock,
                                            .metrics = metrics,
                                            .logger = telemetry::Logger::silent()});
    auto started = lake->start(std::move(specs));
    ASSERT_TRUE(started) << started.error().message();
  }
  void stop() {
    if (!lake) return;
    run([](Lake& it, os::MonotonicTime by) -> runtime::Awaitable<int> {
      co_await it.stop(by);
      co_return 0;
    }(*lake, clock.monotonic() + 10s));
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

TEST_F(LakeTest, RecordsBecomeRowsOfADeltaTable) {
  produce("flights", {R"({"id":1,"carrier":"AA"})", R"({"id":2,"carrier":"B6"})"});
  start({flights()});
  flush();
  EXPECT_EQ(sql("select id || carrier || _offset from flights order by id"), "1AA0 2B61");
  EXPECT_EQ(status().rows, 2U);
  EXPECT_EQ(status().version, 0);
  EXPECT_EQ(status().lag_records, 0);
}

TEST_F(LakeTest, FilesLieInTheirPartitions) {
  produce("flights", {R"({"id":1})"});
  start({flights()});
  flush();
  const auto names = objects("flights/year=2024/month=9/");
  ASSERT_EQ(names.size(), 1U);
  EXPECT_TRUE(names.front().ends_with(".zstd.parquet"));
  EXPECT_EQ(sql("select year || '-' || month from flights"), "2024-9");
}

TEST_F(LakeTest, ARestartGoesOnWhereTheTableIs) {
  produce("flights", {R"({"id":1})"});
  start({flights()});
  flush();
  stop();
  produce("flights", {R"({"id":2})"});
  start({flights()});
  flush();
  EXPECT_EQ(sql("select id from flights order by id"), "1 2");
  EXPECT_EQ(status().version, 1);
}

TEST_F(LakeTest, UncommittedRowsAreInTheAnswers) {
  produce("flights", {R"({"id":1})"});
  start({flights()});
  flush();
  produce("flights", {R"({"id":2})"});
  while (status().tail_rows == 0) io.run_one();
  EXPECT_EQ(sql("select id from flights where year = 2024 order by id"), "1 2");
  EXPECT_EQ(status().rows, 1U);
}

TEST_F(LakeTest, StoppingCommitsTheTail) {
  start({flights()});
  produce("flights", {R"({"id":1})"});
  while (status().tail_rows == 0) io.run_one();
  restart({flights()});
  flush();
  EXPECT_EQ(sql("select id from flights"), "1");
  EXPECT_EQ(status().version, 0);
}

TEST_F(LakeTest, NewFieldsBecomeColumns) {
  produce("flights", {R"({"id":1})"});
  start({flights()});
  flush();
  produce("flights", {R"({"id":2,"price":1.5,"leg":{"from":"LAX"}})"});
  flush();
  produce("flights", {R"({"id":3,"leg":{"to":"JFK"}})"});
  flush();
  EXPECT_EQ(sql("select concat(id, price, leg['from'], leg['to']) from flights order by id"),
            "1 21.5LAX 3JFK");
}

// ---- JSON objects

TEST_F(LakeTest, RecordsBecomeLinesOfJsonObjectsByTheirOwnTime) {
  produce("flights", {R"({"id":1})", "{\"id\":\n2}"});
  produce("flights", {R"({"id":3})"}, kTime + 86'400'000);
  start({objects_table()});
  flush("raw");
  EXPECT_EQ(text_of("raw/year=2024/month=09/day=01/data_113601.json"), "{\"id\":1}\n{\"id\": 2}\n");
  EXPECT_EQ(text_of("raw/year=2024/month=09/day=02/data_113601.json"), "{\"id\":3}\n");
  EXPECT_EQ(status("raw").rows, 3U);
}

TEST_F(LakeTest, ATakenNameGetsTheNextNumber) {
  start({objects_table()});
  for (int commit = 0; commit < 3; ++commit) {
    produce("flights", {R"({"id":)" + std::to_string(commit) + "}"});
    flush("raw");
  }
  EXPECT_EQ(text_of("raw/year=2024/month=09/day=01/data_113601.json"), "{\"id\":0}\n");
  EXPECT_EQ(text_of("raw/year=2024/month=09/day=01/data_113601-2.json"), "{\"id\":2}\n");
}

TEST_F(LakeTest, JsonObjectsGoOnAfterARestart) {
  produce("flights", {R"({"id":1})"});
  start({objects_table()});
  flush("raw");
  produce("flights", {R"({"id":2})"});
  restart({objects_table()});
  flush("raw");
  EXPECT_EQ(sql("select id from raw order by id"), "1 2");
  EXPECT_EQ(status("raw").version, 1);
  EXPECT_EQ(status("raw").files, 2U);
}

TEST_F(LakeTest, LinesHaveMetadataWhenItIsWanted) {
  produce("flights", {R"({"id":1} )", "{}"});
  auto spec = objects_table();
  spec.metadata_columns = true;
  start({spec});
  flush("raw");
  EXPECT_EQ(text_of("raw/year=2024/month=09/day=01/data_113601.json"),
            "{\"id\":1,\"_topic\":\"flights\",\"_partition\":0,\"_offset\":0,"
            "\"_time\":\"2024-09-01T11:36:01Z\",\"_key\":\"k\"}\n"
            "{\"_topic\":\"flights\",\"_partition\":0,\"_offset\":1,"
            "\"_time\":\"2024-09-01T11:36:01Z\",\"_key\":\"k\"}\n");
}

TEST_F(LakeTest, ARemovedFolderOfObjectsIsWrittenAnew) {
  produce("flights", {R"({"id":1})"});
  start({objects_table()});
  flush("raw");
  stop();
  std::filesystem::remove_all(directory / "lake/raw");
  start({objects_table()});
  flush("raw");
  EXPECT_EQ(sql("select id from raw"), "1");
}

TEST_F(LakeTest, TopicsAreReadAsRows) {
  produce("flights", {R"({"id":1})", "no json"});
  start({});
  EXPECT_EQ(sql("select _offset || value from log.flights"), "0{\"id\":1} 1no json");
}

}  // namespace
}  // namespace tarn::lake
