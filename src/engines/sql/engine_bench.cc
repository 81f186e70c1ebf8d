// What one call of an endpoint costs inside the engine. Expected on a machine of 2026: a lookup in
// sorted files well under 1 ms of processor time, however many files the table has; a grouping of
// all rows some 4 ms per million rows and core.
#include <filesystem>
#include <map>
#include <optional>

#include <benchmark/benchmark.h>

#include "base/check.h"
#include "engines/sql/engine.h"
#include "platform/os/testing/temporary_directory.h"

namespace tarn::sql {
namespace {

class OneTable final : public TableCatalog {
 public:
  explicit OneTable(TableSnapshotPtr table) : table_(std::move(table)) {}
  Result<TableSnapshotPtr> table(const std::string& /*name*/) override { return table_; }
  Result<TableSnapshotPtr> topic(const std::string& name) override {
    return Error(ErrorCode::not_found, name);
  }
  std::vector<std::string> table_names() override { return {}; }
  std::vector<std::string> topic_names() override { return {}; }

 private:
  TableSnapshotPtr table_;
};

// Rows with ids from first on, and what else a record of some 100 bytes has.
columns::Batch batch_of(int64_t first, int64_t rows) {
  using columns::TypeKind;
  columns::Column id(TypeKind::int64);
  columns::Column origin(TypeKind::text);
  columns::Column delay(TypeKind::int64);
  columns::Column time(TypeKind::timestamp);
  for (int64_t at = first; at < first + rows; ++at) {
    id.append_int64(at);
    origin.append_text("LHR");
    delay.append_int64(at % 90);
    time.append_int64(1'700'000'000'000'000 + at / 1000 * 1000);
  }
  columns::Batch batch;
  batch.add({.name = "id", .type = id.type()}, std::move(id));
  batch.add({.name = "origin", .type = origin.type()}, std::move(origin));
  batch.add({.name = "delay", .type = delay.type()}, std::move(delay));
  batch.add({.name = "_time", .type = time.type()}, std::move(time));
  return batch;
}

class Table {
 public:
  Table(int64_t files, int64_t rows_in_file, uint64_t row_group_rows = ParquetJob().row_group_rows)
      : rows_(files * rows_in_file) {
    TableSnapshot snapshot;
    std::vector<DataFile> list;
    for (int64_t file = 0; file < files; ++file) {
      const std::string directory = lake_ / std::to_string(file);
      std::filesystem::create_directory(directory);
      columns::Batch batch = batch_of(file * rows_in_file, rows_in_file);
      snapshot.schema = batch.schema;
      auto written = engine_.write_parquet({.chunks = {make_chunk(std::move(batch))},
                                            .schema = snapshot.schema,
                                            .directory = directory,
                                            .row_group_rows = row_group_rows});
      check(written.has_value(), "the files of the benchmark can be written");
      for (const ParquetFile& one : *written) {
        DataFile data{.path = one.path, .rows = one.rows};
        for (const ColumnStats& column : one.stats) {
          data.bounds.push_back({column.path.front(), column.min, column.max, column.null_count});
        }
        list.push_back(std::move(data));
      }
    }
    snapshot.files = DataFiles(std::move(list));
    catalog_.emplace(std::make_shared<const TableSnapshot>(std::move(snapshot)));
  }

  void ask(const std::string& sql, std::map<std::string, Parameter> parameters) {
    auto answer = engine_.query({.sql = sql, .parameters = std::move(parameters)}, *catalog_);
    check(answer && answer->rows > 0, "the benchmark's query has an answer");
    benchmark::DoNotOptimize(answer);
  }
  [[nodiscard]] int64_t rows() const { return rows_; }

 private:
  os::testing::TemporaryDirectory lake_;
  os::SystemClock clock_;
  Engine engine_{{.threads = 1, .directories = {lake_.path()}}, clock_};
  std::optional<OneTable> catalog_;
  int64_t rows_;
};

void look_up(benchmark::State& state) {
  Table table(state.range(0), state.range(1));
  int64_t key = 0;
  for (auto _ : state) {
    key = (key + 7'919'999) % table.rows();
    table.ask("select id, origin, delay from rows where id = :id", {{"id", key}});
  }
}
BENCHMARK(look_up)
    ->Args({1, 1000})
    ->Args({18, 300'000})
    ->Args({1000, 1000})
    ->Unit(benchmark::kMicrosecond);

// Of one file: what must be decoded for a lookup is a row group.
void look_up_in_row_groups(benchmark::State& state) {
  Table table(1, 600'000, static_cast<uint64_t>(state.range(0)));
  int64_t key = 0;
  for (auto _ : state) {
    key = (key + 7'919'999) % table.rows();
    table.ask("select id, origin, delay from rows where id = :id", {{"id", key}});
  }
}
BENCHMARK(look_up_in_row_groups)
    ->Arg(8192)
    ->Arg(16'384)
    ->Arg(30'720)
    ->Arg(61'440)
    ->Arg(122'880)
    ->Unit(benchmark::kMicrosecond);

void top_n(benchmark::State& state) {
  Table table(18, 300'000, static_cast<uint64_t>(state.range(0)));
  for (auto _ : state) {
    table.ask("select delay, count(*) as n from rows group by delay order by n desc limit 10", {});
  }
}
BENCHMARK(top_n)->Arg(16'384)->Arg(30'720)->Arg(61'440)->Arg(122'880)->Unit(
    benchmark::kMicrosecond);

void ask_nothing(benchmark::State& state) {
  Table table(1, 1);
  for (auto _ : state) table.ask("select :a + 1", {{"a", int64_t{1}}});
}
BENCHMARK(ask_nothing)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tarn::sql
