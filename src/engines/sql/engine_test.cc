#include "engines/sql/engine.h"

#include <map>

#include <gtest/gtest.h>

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

TEST_F(EngineTest, WritesAndReadsParquet) {
  auto rows = chunk({R"({"a":1,"b":"x","n":{"p":1},"year":2024})",
                     R"({"a":2,"b":"zz","year":2023})", R"({"a":-7,"year":2024})"});
  auto files = engine_.write_parquet({.chunks = {rows},
                                      .schema = decoder_.schema(),
                                      .partition_by = {{.name = "year", .expression = "year"}},
                                      .directory = lake_ / "job"});
  ASSERT_TRUE(files) << files.error().message();
  ASSERT_EQ(files->size(), 2U);
  TableSnapshot snapshot{
      .schema = decoder_.schema(), .partition_columns = {"year"}, .tail = {rows}};
  for (const ParquetFile& file : *files) {
    snapshot.files.push_back({.path = file.path, .partition_values = file.partition_values});
  }
  catalog_.tables["t"] = std::make_shared<const TableSnapshot>(std::move(snapshot));
  EXPECT_EQ(ask("select * from t order by all"),
            "-7|null|null|2024\n-7|null|null|2024\n1|x|{1}|2024\n1|x|{1}|2024\n2|zz|null|2023\n2|"
            "zz|null|2023");
  EXPECT_EQ(ask("select count(*) from t where year = 2024"), "4");
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
