// The statistics of written files against all their values, on random columns.
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>

#include <gtest/gtest.h>

#include "base/random.h"
#include "engines/sql/engine.h"
#include "platform/os/testing/temporary_directory.h"

namespace tarn::sql {
namespace {

using columns::Column;
using columns::Type;
using columns::TypeKind;

class RandomColumns {
 public:
  explicit RandomColumns(uint64_t seed) : random_(seed) {}

  columns::Batch batch(size_t rows) {
    columns::Batch batch;
    for (const auto& [name, type] : std::vector<std::pair<std::string, Type>>{
             {"i", TypeKind::int64},
             {"d", TypeKind::float64},
             {"t", TypeKind::text},
             {"time", TypeKind::timestamp},
             {"day", TypeKind::date},
             {"flag", TypeKind::boolean},
             {"empty", TypeKind::text},
             {"a.b \"c", Type::structure({{"x", TypeKind::int64}, {"y", TypeKind::text}})},
             {"l", Type::list(TypeKind::int64)}}) {
      Column column(type);
      // A column without nulls, with some, or of nulls alone.
      const uint64_t null_percent = name == "empty" ? 100 : random_.below(3) * 30;
      for (size_t row = 0; row < rows; ++row) append(column, null_percent);
      batch.add({.name = name, .type = type}, std::move(column));
    }
    return batch;
  }

 private:
  void append(Column& column, uint64_t null_percent) {
    if (random_.below(100) < null_percent) {
      column.append_null();
      return;
    }
    switch (column.type().kind()) {
      case TypeKind::boolean:
        column.append_boolean(random_.below(8) == 0);
        break;
      case TypeKind::int64:
        column.append_int64(integer());
        break;
      case TypeKind::date:
        column.append_int64(static_cast<int64_t>(random_.below(40'000)) - 9'000);
        break;
      case TypeKind::timestamp:
        column.append_int64(static_cast<int64_t>(random_.below(4'000'000'000'000'000)) -
                            1'000'000'000'000'000);
        break;
      case TypeKind::float64:
        column.append_double(decimal());
        break;
      case TypeKind::list:
        for (uint64_t left = random_.below(3); left > 0; --left) append(column.child(0), 10);
        column.append_list();
        break;
      case TypeKind::structure:
        for (size_t child = 0; child < 2; ++child) append(column.child(child), null_percent);
        column.append_structure();
        break;
      default:
        column.append_text(text());
    }
  }

  int64_t integer() {
    switch (random_.below(20)) {
      case 0:
        return std::numeric_limits<int64_t>::min();
      case 1:
        return std::numeric_limits<int64_t>::max();
      default:
        return static_cast<int64_t>(random_()) >> random_.below(63);
    }
  }
  double decimal() {
    switch (random_.below(10)) {
      case 0:
        return std::numeric_limits<double>::quiet_NaN();
      case 1:
        return -0.0;
      case 2:
        return std::numeric_limits<double>::infinity();
      default:
        return static_cast<double>(integer()) / 1000;
    }
  }
  std::string text() {
    static const std::vector<std::string> kPieces = {
        "a", "Z", "é", "😀", "'", "\"", "\\", ",", " ", "=", "{", "\n", "\x7f", "\U0010ffff"};
    std::string text;
    const uint64_t length = random_.below(20) == 0 ? 400 : random_.below(12);
    while (text.size() < length) text += kPieces[random_.below(kPieces.size())];
    return text;
  }

  Random random_;
};

struct Expected {
  std::optional<Bound> min;
  std::optional<Bound> max;
  uint64_t null_count = 0;
  bool has_long_text = false;
};

Bound bound_at(const Column& column, size_t row) {
  if (column.type() == TypeKind::text) return std::string(column.text_at(row));
  return column.int64_at(row);
}

Expected scan(const Column& column) {
  Expected expected;
  for (size_t row = 0; row < column.rows(); ++row) {
    if (column.is_null(row)) {
      ++expected.null_count;
      continue;
    }
    if (column.type() == TypeKind::float64 || column.type() == TypeKind::boolean) continue;
    const Bound value = bound_at(column, row);
    if (const auto* text = std::get_if<std::string>(&value)) {
      expected.has_long_text = expected.has_long_text || text->size() > 255;
    }
    if (!expected.min || value < *expected.min) expected.min = value;
    if (!expected.max || *expected.max < value) expected.max = value;
  }
  return expected;
}

const Column& column_at(const columns::Batch& batch, const std::vector<std::string>& path) {
  const Column* column = batch.find(path.front());
  if (path.size() == 1) return *column;
  return column->child(path[1] == "x" ? 0 : 1);
}

class ParquetWriterTest : public ::testing::TestWithParam<uint64_t> {
 protected:
  os::testing::TemporaryDirectory lake_;
  os::SystemClock clock_;
  Engine engine_{{.directories = {lake_.path()}}, clock_};
};

TEST_P(ParquetWriterTest, TellsTheTruthAboutEveryColumn) {
  const columns::Batch batch = RandomColumns(GetParam()).batch(1 + GetParam() % 3 * 2500);
  columns::Batch copy = batch;
  std::filesystem::create_directory(lake_ / "job");
  const auto files = engine_.write_parquet({.chunks = {make_chunk(std::move(copy))},
                                            .schema = batch.schema,
                                            .directory = lake_ / "job",
                                            .row_group_rows = 2048});
  ASSERT_TRUE(files) << files.error().message();
  ASSERT_EQ(files->size(), 1U);
  EXPECT_EQ(files->front().rows, batch.rows());
  EXPECT_EQ(files->front().bytes, std::filesystem::file_size(files->front().path));
  ASSERT_EQ(files->front().stats.size(), 9U);
  for (const ColumnStats& stats : files->front().stats) {
    const Expected expected = scan(column_at(batch, stats.path));
    EXPECT_EQ(stats.null_count, expected.null_count) << stats.path.back();
    if (expected.has_long_text) {  // shortened to what is still a bound, or left out
      EXPECT_TRUE(!stats.min || *stats.min <= expected.min) << stats.path.back();
      EXPECT_TRUE(!stats.max || *stats.max >= expected.max) << stats.path.back();
    } else {
      EXPECT_EQ(stats.min, expected.min) << stats.path.back();
      EXPECT_EQ(stats.max, expected.max) << stats.path.back();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ParquetWriterTest, ::testing::Range<uint64_t>(0, 12));

}  // namespace
}  // namespace tarn::sql
