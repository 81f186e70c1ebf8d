#include "engines/sql/engine.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <stop_token>
#include <thread>

#include <gtest/gtest.h>

#include "base/random.h"
#include "formats/columns/json_decoder.h"
#include "platform/os/testing/temporary_directory.h"

namespace tarn::sql {
namespace {

class FakeCatalog final : public TableCatalog {
 public:
  Result<TableSnapshotPtr> table(const std::string& name) override { return find(tables, name); }
  Result<TableSnapshotPtr> topic(const std::string& name) override { return find(topics, name); }
  std::vector<std::string> table_names() override { return names(tables); }
  std::vector<std::string> topic_names() override { return names(topics); }

  std::map<std::string, TableSnapshotPtr> tables;
  std::map<std::string, TableSnapshotPtr> topics;
  int lookups = 0;

 private:
  using Snapshots = std::map<std::string, TableSnapshotPtr>;
  Result<TableSnapshotPtr> find(const Snapshots& in, const std::string& name) {
    ++lookups;
    const auto found = in.find(name);
    if (found == in.end()) return Error(ErrorCode::not_found, "no " + name);
    return found->second;
  }
  static std::vector<std::string> names(const Snapshots& in) {
    std::vector<std::string> names;
    for (const auto& [name, snapshot] : in) names.push_back(name);
    return names;
  }
};

std::string value_text(const columns::Column& column, size_t row) {
  using columns::TypeKind;
  if (column.is_null(row)) return "null";
  switch (column.type().kind()) {
    case TypeKind::boolean:
      return column.boolean_at(row) ? "true" : "false";
    case TypeKind::float64:
      return std::to_string(column.double_at(row));
    case TypeKind::text:
    case TypeKind::binary:
    case TypeKind::decimal:
      return std::string(column.text_at(row));
    case TypeKind::list: {
      std::string text = "[";
      for (uint64_t at = column.begin_at(row); at < column.end_at(row); ++at) {
        text += (text.size() > 1 ? "," : "") + value_text(column.child(0), at);
      }
      return text + "]";
    }
    case TypeKind::structure: {
      std::string text = "{";
      for (const columns::Column& child : column.children()) {
        text += (text.size() > 1 ? "," : "") + value_text(child, row);
      }
      return text + "}";
    }
    default:
      return std::to_string(column.int64_at(row));
  }
}

class RepeatedChunk final : public RowSource {
 public:
  RepeatedChunk(ChunkPtr chunk, int times, std::optional<Error> failure)
      : chunk_(std::move(chunk)), left_(times), failure_(std::move(failure)) {}
  Result<ChunkPtr> next() override {
    if (left_-- > 0) return chunk_;
    if (failure_) return *failure_;
    return ChunkPtr();
  }

 private:
  ChunkPtr chunk_;
  int left_;
  std::optional<Error> failure_;
};

class EngineTest : public ::testing::Test {
 protected:
  ChunkPtr chunk(std::vector<std::string> records) {
    const std::vector<std::string_view> views(records.begin(), records.end());
    return make_chunk(decoder_.decode(views).batch);
  }
  // A table of what the decoder has seen, all of it in the tail.
  void given_tail(const std::string& name, std::vector<ChunkPtr> chunks) {
    catalog_.tables[name] = std::make_shared<const TableSnapshot>(
        TableSnapshot{.schema = decoder_.schema(), .tail = std::move(chunks)});
  }
  // The files of all rows, with the columns that the decoder has seen.
  std::vector<ParquetFile> write(std::vector<ChunkPtr> chunks,
                                 std::vector<PartitionColumn> partition_by) {
    const std::string directory = lake_ / "job";
    std::filesystem::create_directory(directory);
    auto files =
        engine_.write_parquet({.chunks = std::move(chunks),
                               .schema = schema_.fields.empty() ? decoder_.schema() : schema_,
                               .partition_by = std::move(partition_by),
                               .directory = directory});
    EXPECT_TRUE(files) << files.error().message();
    return files ? *files : std::vector<ParquetFile>{};
  }
  // One file of this name, so that there can be several.
  ParquetFile write_as(const std::string& name, std::vector<ChunkPtr> chunks) {
    ParquetFile file = write(std::move(chunks), {}).at(0);
    std::filesystem::rename(file.path, lake_ / name);
    std::filesystem::remove(lake_ / "job");
    file.path = lake_ / name;
    return file;
  }
  void given_table(const std::string& name, const std::vector<ParquetFile>& files,
                   std::vector<std::string> partition_columns, std::vector<ChunkPtr> tail) {
    TableSnapshot snapshot{.schema = decoder_.schema(),
                           .partition_columns = std::move(partition_columns),
                           .tail = std::move(tail)};
    std::vector<DataFile> list;
    for (const ParquetFile& file : files) {
      DataFile data{
          .path = file.path, .partition_values = file.partition_values, .rows = file.rows};
      for (const ColumnStats& column : file.stats) {
        if (!given_bounds_ || column.path.size() > 1) continue;
        data.bounds.push_back({column.path[0], column.min, column.max, column.null_count});
      }
      list.push_back(std::move(data));
    }
    snapshot.files = DataFiles(std::move(list));
    catalog_.tables[name] = std::make_shared<const TableSnapshot>(std::move(snapshot));
  }
  // The table has one more file, of which only this is known: a query that opens it fails.
  void given_missing_file(const std::string& name, std::vector<ColumnBounds> bounds,
                          uint64_t rows = 0) {
    TableSnapshot snapshot = *catalog_.tables[name];
    snapshot.files = snapshot.files.with(
        {{.path = lake_ / "missing.parquet", .rows = rows, .bounds = std::move(bounds)}});
    catalog_.tables[name] = std::make_shared<const TableSnapshot>(std::move(snapshot));
  }
  // A topic of so many chunks with {"a":0} and {"a":1}; then it ends or fails.
  void given_source(const std::string& name, int chunks, std::optional<Error> failure) {
    const ChunkPtr one = chunk({R"({"a":0})", R"({"a":1})"});
    catalog_.topics[name] = std::make_shared<const TableSnapshot>(TableSnapshot{
        .schema = decoder_.schema(),
        .rows = [=] { return std::make_unique<RepeatedChunk>(one, chunks, failure); }});
  }
  // Rows as "a|b" lines.
  std::string ask(const std::string& sql, std::map<std::string, Parameter> parameters = {}) {
    return text_of(engine_.query({.sql = sql, .parameters = std::move(parameters)}, catalog_));
  }
  std::string execute(const std::string& sql) { return text_of(engine_.execute({.sql = sql})); }
  static std::string text_of(const Result<Answer>& answer) {
    if (!answer)
      return std::string(to_string(answer.error().code())) + ": " + answer.error().message();
    std::string text;
    for (const columns::Batch& batch : answer->batches) {
      for (size_t row = 0; row < batch.rows(); ++row) {
        text += text.empty() ? "" : "\n";
        for (size_t column = 0; column < batch.columns.size(); ++column) {
          text += (column == 0 ? "" : "|") + value_text(batch.columns[column], row);
        }
      }
    }
    return text;
  }

  os::testing::TemporaryDirectory lake_;
  os::testing::TemporaryDirectory outside_;
  os::SystemClock clock_;
  columns::JsonDecoder decoder_{columns::Schema{}};
  columns::Schema schema_;     // of write(), when it is not the decoder's
  bool given_bounds_ = false;  // tables know what their files hold
  FakeCatalog catalog_;
  Engine engine_{{.temporary_directory = lake_ / "tmp", .directories = {lake_.path()}}, clock_};
};

TEST_F(EngineTest, AnswersAQuestion) {
  EXPECT_EQ(ask("select 1 + 1, 'x', null, 1.5, sum(i), [1, 2], {'a': true} from range(10) t(i)"),
            "2|x|null|1.5|45|[1,2]|{true}");
}

TEST_F(EngineTest, ReadsTheTailOfATable) {
  given_tail(
      "flights",
      {chunk({R"({"a":1,"b":"x","n":{"p":1},"l":[{"q":1}]})", R"({"a":2})"}),
       chunk({R"({"a":3,"c":true,"n":{"r":"a longer text than twelve"},"l":[{"q":2,"s":3}]})"})});
  EXPECT_EQ(ask("select * from flights"),
            "1|x|{1,null}|[{1,null}]|null\n2|null|null|null|null\n"
            "3|null|{null,a longer text than twelve}|[{2,3}]|true");
  EXPECT_EQ(ask("select count(*), sum(f.a) from flights f where f.n.r like '%longer%'"), "1|3");
  EXPECT_EQ(ask("select count(*) from flights"), "3");
}

TEST_F(EngineTest, BindsParametersByName) {
  EXPECT_EQ(ask("select :a + 1, :b, :c::date, '\x3a"
                "a' -- :a",
                {{"a", int64_t{41}}, {"b", "x'; drop"}, {"c", "2024-02-29"}, {"unused", 1.0}}),
            "42|x'; drop|19782|:a");
  EXPECT_EQ(ask("select :a"), "invalid_argument: the SQL uses :a, which has no value");
}

TEST_F(EngineTest, NamesWhatExistsWhenATableIsMissing) {
  given_tail("flights", {});
  EXPECT_EQ(ask("select * from flight"),
            "not_found: there is no table \"flight\"; did you mean \"flights\"? (tables: flights)");
  EXPECT_EQ(ask("select * from log.\"x\""), "not_found: there is no topic \"x\" (topics: none)");
}

TEST_F(EngineTest, ATableIsItsFilesAndItsTail) {
  const auto rows = chunk({R"({"a":1,"b":"x","n":{"p":1},"year":2024})",
                           R"({"a":2,"b":"zz","year":2023})", R"({"a":-7,"year":2024})"});
  const auto files = write({rows}, {{.name = "year", .expression = "year"}});
  ASSERT_EQ(files.size(), 2U);
  const auto later = chunk({R"({"a":9,"n":{"p":3,"q":[1]},"new":true,"year":2025})"});
  given_table("t", files, {"year"}, {later});
  EXPECT_EQ(ask("select * from t order by a"),
            "-7|null|null|2024|null\n1|x|{1,null}|2024|null\n2|zz|null|2023|null\n"
            "9|null|{3,[1]}|2025|true");
  EXPECT_EQ(ask("select count(*), sum(year) from t where year >= 2024"), "3|6073");
  EXPECT_EQ(ask("select count(*) from t"), "4");
  EXPECT_EQ(ask("select column_name, column_type from (describe t)"),
            "a|BIGINT\nb|VARCHAR\nn|STRUCT(p BIGINT, q BIGINT[])\nyear|BIGINT\nnew|BOOLEAN");
}

TEST_F(EngineTest, AQueryAskedAgainSeesTheTableAsItIsThen) {
  const std::vector<ParquetFile> first = {write_as("first", {chunk({R"({"a":1})"})})};
  const std::string sql = "select * from t where a >= :a order by a";
  const auto again = [&] { return ask(sql, {{"a", int64_t{1}}}); };
  given_table("t", first, {}, {});
  EXPECT_EQ(again(), "1");
  given_table("t", first, {}, {chunk({R"({"a":2})"})});
  EXPECT_EQ(again(), "1\n2");
  given_table("t", first, {}, {chunk({R"({"a":2,"b":"x"})"})});
  EXPECT_EQ(again(), "1|null\n2|x");
  const auto second = write_as("second", {chunk({R"({"a":8,"b":"y"})"})});
  given_table("t", {second}, {}, {});
  EXPECT_EQ(again(), "8|y");
}

TEST_F(EngineTest, FilesThatAFilterOnPartitionsExcludesAreNotOpened) {
  const auto rows = chunk({R"({"a":1,"year":2023})", R"({"a":2,"year":2024})", R"({"a":3})"});
  auto files = write({rows}, {{.name = "year", .expression = "year"}});
  ASSERT_EQ(files.size(), 3U);
  for (ParquetFile& file : files) {
    if (file.partition_values[0] != "2024") file.path = lake_ / "missing.parquet";
  }
  given_table("t", files, {"year"}, {});
  EXPECT_EQ(ask("select a from t where year = 2024"), "2");
  EXPECT_EQ(ask("select a from t where year + 1 between 2025 and :y", {{"y", int64_t{2030}}}), "2");
  EXPECT_EQ(ask("select count(*) from t where year > 3000"), "0");
  EXPECT_TRUE(ask("select a from t where year = 2023 or a = 2").starts_with("not_found"));
}

TEST_F(EngineTest, FilesThatBoundsExcludeAreNotOpened) {
  const auto files = write({chunk({R"({"a":5,"b":"m"})", R"({"a":7})"})}, {});
  given_table("t", files, {}, {});
  given_missing_file("t", {{.column = "a", .min = int64_t{10}, .max = int64_t{20}, .null_count = 0},
                           {.column = "b", .min = "p", .max = "q"}});
  for (const std::string filter :
       {"a = 5", "5 = a", "a < 10", "a <= 9", "a between 1 and 9", "a in (1, 5)", "b = 'm'",
        "a is not null and b < 'p'", "a = 5 or b = 'a'", "a + 0 = 5 and a = 5",
        "b > 'l' and a != 10 "
        "and a < 8",
        "(a = 5 or a = 6) and a + 1 = 6"}) {
    EXPECT_TRUE(ask("select a from t where " + filter).starts_with("5")) << filter;
  }
  EXPECT_EQ(ask("select a from t where a = :a", {{"a", int64_t{5}}}), "5");
  EXPECT_EQ(ask("select count(*) from t where a > 20"), "0");
  EXPECT_EQ(ask("select count(*) from t where a = null"), "0");
  EXPECT_EQ(ask("select a from t where a is null"), "");
}

TEST_F(EngineTest, FilesThatBoundsDoNotExcludeAreOpened) {
  given_table("t", write({chunk({R"({"a":5,"b":"m"})"})}, {}), {}, {});
  given_missing_file(
      "t", {{.column = "a", .min = int64_t{10}, .max = int64_t{20}}, {.column = "b", .min = "p"}});
  for (const std::string filter :
       {"a = 10", "a = 20", "a >= 20", "a <= 10", "a != 10", "a is null", "a is not null",
        "a between 20 and 30", "a in (1, 20)", "b = 'zz'", "b is null", "a = 5 or b > 'x'",
        "not (a = 5)", "coalesce(a, 5) = 5", "a is distinct from 5", "true"}) {
    EXPECT_TRUE(ask("select a from t where " + filter).starts_with("not_found")) << filter;
  }
}

TEST_F(EngineTest, AFileOfNullsIsOpenedOnlyForNulls) {
  given_table("t", write({chunk({R"({"a":5})"})}, {}), {}, {});
  given_missing_file("t", {{.column = "a", .null_count = 3}}, 3);
  EXPECT_EQ(ask("select a from t where a != 0"), "5");
  EXPECT_EQ(ask("select a from t where a is not null"), "5");
  EXPECT_TRUE(ask("select a from t where a is null").starts_with("not_found"));
  given_missing_file("t", {{.column = "a", .null_count = 3}}, 0);
  EXPECT_TRUE(ask("select a from t where a != 0").starts_with("not_found"));
}

// Conditions over the columns a and b, true for some rows.
class RandomConditions {
 public:
  std::string next(int depth) {
    if (depth > 0 && random_.below(2) == 0) {
      return "(" + next(depth - 1) + (random_.below(2) == 0 ? " and " : " or ") + next(depth - 1) +
             ")";
    }
    const bool is_number = random_.below(2) == 0;
    const std::string column = is_number ? "a" : "b";
    switch (random_.below(6)) {
      case 0:
        return column + (random_.below(2) == 0 ? " is null" : " is not null");
      case 1:
        return column + " between " + value(is_number) + " and " + value(is_number);
      case 2:
        return column + " in (" + value(is_number) + ", " + value(is_number) + ")";
      case 3:
        return "not (" + column + " = " + value(is_number) + ")";
      default:
        return column + kOperators.at(random_.below(kOperators.size())) + value(is_number);
    }
  }

 private:
  static constexpr std::array<const char*, 6> kOperators = {" = ",  " != ", " < ",
                                                            " <= ", " > ",  " >= "};
  std::string value(bool is_number) {
    const std::string digits = std::to_string(random_.below(60));
    return is_number ? digits : "'" + digits + "'";
  }

  Random random_{11};
};

TEST_F(EngineTest, BoundsNeverChangeAnAnswer) {
  Random random(7);
  std::vector<ParquetFile> files;
  for (int file = 0; file < 8; ++file) {
    std::vector<std::string> rows;
    for (int row = 0; row < 3; ++row) {
      const std::string value = std::to_string(file * 7 + static_cast<int>(random.below(9)));
      rows.push_back(random.below(4) == 0 ? R"({"b":")" + value + "\"}"
                                          : R"({"a":)" + value + R"(,"b":")" + value + "\"}");
    }
    files.push_back(write_as("f" + std::to_string(file), {chunk(rows)}));
  }
  given_table("plain", files, {}, {});
  given_bounds_ = true;
  given_table("bounded", files, {}, {});
  RandomConditions conditions;
  for (int round = 0; round < 80; ++round) {
    const std::string sum = "select count(*), sum(a) from ";
    const std::string where = " where " + conditions.next(2);
    EXPECT_EQ(ask(sum + "bounded" + where), ask(sum + "plain" + where)) << where;
  }
}

TEST_F(EngineTest, PartitionsByTimeAndReportsDeltaText) {
  columns::Column time(columns::TypeKind::timestamp);
  time.append_int64(1'725'190'561'123'456);
  time.append_null();
  columns::Batch batch;
  batch.add({.name = "_time", .type = time.type()}, std::move(time));
  schema_ = batch.schema;
  auto files = write(
      {make_chunk(std::move(batch))},
      {{.name = "hour",
        .expression = "date_trunc('hour', _time)",
        .type = columns::TypeKind::timestamp},
       {.name = "day", .expression = "_time::date", .type = columns::TypeKind::date},
       {.name = "month", .expression = "strftime(_time, '%m')", .type = columns::TypeKind::text}});
  ASSERT_EQ(files.size(), 2U);
  std::ranges::sort(files, {}, &ParquetFile::partition_values);
  using Values = std::vector<std::optional<std::string>>;
  EXPECT_EQ(files[0].partition_values, (Values{std::nullopt, std::nullopt, std::nullopt}));
  EXPECT_EQ(files[1].partition_values, (Values{"2024-09-01T11:00:00.000000Z", "2024-09-01", "09"}));
  EXPECT_EQ(files[1].stats.at(0).min, Bound(int64_t{1'725'190'561'123'456}));
}

TEST_F(EngineTest, ReadsASourceOfRowsWhileTheQueryRuns) {
  chunk({R"({"a":1})"});
  given_source("t", 5000, {});
  EXPECT_EQ(ask("select count(*), sum(a) from log.t"), "10000|5000");
  EXPECT_EQ(ask("select count(*) from log.t x join log.t y on x.a = y.a + 1 where x.a = 1"),
            "25000000");
}

TEST_F(EngineTest, AFailingSourceFailsTheQueryWithItsOwnError) {
  chunk({R"({"a":1})"});
  given_source("t", 3, Error(ErrorCode::unavailable, "the log stopped"));
  EXPECT_EQ(ask("select sum(a) from log.t"), "unavailable: the log stopped");
}

TEST_F(EngineTest, LooksUpATableOncePerQuery) {
  given_tail("t", {chunk({R"({"a":1})"})});
  EXPECT_EQ(
      ask("select count(*) from t x, t y, (select * from t where a = :a)", {{"a", int64_t{1}}}),
      "1");
  EXPECT_EQ(catalog_.lookups, 1);
}

TEST_F(EngineTest, ListsTablesAndTopics) {
  given_tail("flights", {});
  catalog_.topics["raw"] = catalog_.tables["flights"];
  EXPECT_EQ(ask("show tables"), "log|raw\nmain|flights");
}

TEST_F(EngineTest, StopsAtTheLimitOfRows) {
  const auto answer =
      engine_.query({.sql = "select * from range(10000)", .rows_max = 3000}, catalog_);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->rows, 3000U);
  EXPECT_TRUE(answer->truncated);
  EXPECT_FALSE(engine_.query({.sql = "from range(3000)", .rows_max = 3000}, catalog_)->truncated);
}

TEST_F(EngineTest, StopsAtTheLimitOfBytes) {
  const auto answer = engine_.query(
      {.sql = "select repeat('x', 1000) from range(100000)", .bytes_max = 1 << 20}, catalog_);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->truncated);
  EXPECT_LT(answer->rows, 10'000U);
}

TEST_F(EngineTest, EndsAQueryAtItsDeadline) {
  const Query query{.sql = "select count(*) from range(1000000000) a, range(1000000000) b",
                    .deadline = clock_.monotonic() + std::chrono::milliseconds(50)};
  EXPECT_EQ(text_of(engine_.query(query, catalog_)),
            "timed_out: the query took longer than it may");
  EXPECT_EQ(ask("select 1"), "1");
}

TEST_F(EngineTest, ADeadlineBeforeThatOfTheLastQueryCounts) {
  const auto far = clock_.monotonic() + std::chrono::minutes(50);
  EXPECT_EQ(text_of(engine_.query({.sql = "select 1", .deadline = far}, catalog_)), "1");
  const Query query{.sql = "select count(*) from range(1000000000) a, range(1000000000) b",
                    .deadline = clock_.monotonic() + std::chrono::milliseconds(50)};
  EXPECT_TRUE(text_of(engine_.query(query, catalog_)).starts_with("timed_out"));
}

TEST_F(EngineTest, EndsAQueryWhenItIsCancelled) {
  std::stop_source stop;
  const Query query{.sql = "select count(*) from range(1000000000) a, range(1000000000) b",
                    .cancel = stop.get_token()};
  std::thread canceller([&stop] { stop.request_stop(); });
  EXPECT_EQ(text_of(engine_.query(query, catalog_)), "cancelled: the query was cancelled");
  canceller.join();
  EXPECT_EQ(ask("select 1"), "1");
}

TEST_F(EngineTest, ReportsMemoryThatDoesNotSuffice) {
  Engine small({.memory_bytes = 64 << 20, .directories = {lake_.path()}}, clock_);
  const auto answer = small.query(
      {.sql = "select count(*) from (select distinct hash(a), a from range(20000000) t(a))"},
      catalog_);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), ErrorCode::resource_exhausted) << answer.error().message();
  EXPECT_TRUE(small.query({.sql = "select 1"}, catalog_));
}

TEST_F(EngineTest, KeepsThePlaceOfAMistake) {
  EXPECT_EQ(ask("select 1,\n  nothing\nfrom range(1)"),
            "invalid_argument: Binder Error: Referenced column \"nothing\" not found in FROM "
            "clause!\nCandidate bindings: \"range\"\n\nLINE 2:   nothing\n          ^");
}

TEST_F(EngineTest, ReadsAndWritesNestedMapsForTheProgram) {
  const std::string path = lake_ / "checkpoint.parquet";
  EXPECT_EQ(execute("copy (select {'path': 'a b', 'partitionValues': map {'year': '2024', 'x': "
                    "null}} as add, null::struct(appId varchar, version bigint) as txn) to '" +
                    path + "' (format parquet)"),
            "1");
  EXPECT_EQ(execute("select * from read_parquet('" + path + "')"),
            "{a b,[{year,2024},{x,null}]}|null");
}

TEST_F(EngineTest, RunsSeveralStatementsOfTheProgramOverChunks) {
  const auto rows = chunk({R"({"a":1})", R"({"a":2})"});
  const auto answer =
      engine_.execute({.sql = "create temp table x as select a * 2 as b from input; "
                              "insert into x select 10; select sum(b) from x"},
                      {rows}, decoder_.schema());
  EXPECT_EQ(text_of(answer), "16");
}

TEST_F(EngineTest, ReadsFilesOfTheLakeAndNoOthers) {
  EXPECT_EQ(execute("copy (select 7 as x) to '" + (lake_ / "x.csv") + "'"), "1");
  EXPECT_EQ(ask("select x from '" + (lake_ / "x.csv") + "'"), "7");
  const std::string outside = outside_ / "x.csv";
  std::ofstream(outside) << "x\n8\n";
  for (const std::string& sql : std::vector<std::string>{
           "read_text('/etc/passwd')", "read_csv('" + outside + "')", "glob('/etc/*')",
           "read_text('" + lake_.path() + "/../../etc/passwd')",
           "read_parquet('https://example.com/x.parquet')"}) {
    EXPECT_TRUE(ask("select * from " + sql).starts_with("permission_denied: ")) << sql;
  }
  EXPECT_TRUE(execute("copy (select 1) to '" + outside + "'").starts_with("permission_denied: "));
}

TEST_F(EngineTest, HasNoFunctionsThatChangeTheEngine) {
  for (const std::string sql :
       {"enable_logging(storage='file', storage_path='/tmp/x')", "enable_profiling()",
        "checkpoint()", "read_duckdb('/tmp/x.db')", "arrow_scan(1, 2, 3)",
        "json_execute_serialized_sql('')", "tarn_rows(0)", "tarn_files('0')", "tarn_files('x')"}) {
    EXPECT_TRUE(ask("select * from " + sql).starts_with("invalid_argument: ")) << sql;
  }
  EXPECT_EQ(ask("select 1"), "1");
}

TEST_F(EngineTest, RefusesWhatDoesNotRead) {
  for (const std::string sql :
       {"create table t (a int)", "copy (select 1) to '/tmp/x.csv'", "set threads = 1",
        "attach '/tmp/x.db'", "install httpfs", "load httpfs", "pragma threads=1",
        "call pragma_version()", "drop table x", "select 1; select 2", "checkpoint",
        "insert into t values (1)", "explain analyze create table t (a int)"}) {
    const std::string answer = ask(sql);
    EXPECT_TRUE(answer.starts_with("permission_denied") || answer.starts_with("invalid_argument"))
        << sql << ": " << answer;
  }
}

}  // namespace
}  // namespace tarn::sql
