#include "services/lake/delta_files.h"

#include <gtest/gtest.h>

namespace tarn::lake {
namespace {

using columns::TypeKind;

class DeltaFilesTest : public ::testing::Test {
 protected:
  sql::DataFile read(const std::optional<std::string>& stats) {
    sql::DataFile data;
    read_stats_into(data, {.path = "1", .stats = stats}, schema_);
    return data;
  }

  columns::Schema schema_{
      .fields = {{.name = "a", .type = TypeKind::int64}, {.name = "b", .type = TypeKind::text}}};
};

TEST_F(DeltaFilesTest, AFileHasTheBoundsThatTheLogSays) {
  const auto data = read(
      R"({"numRecords":3,"minValues":{"a":-2},"maxValues":{"a":7,"b":"x"},"nullCount":{"a":1}})");
  EXPECT_EQ(data.rows, 3U);
  ASSERT_EQ(data.bounds.size(), 2U);
  EXPECT_EQ(data.bounds[0].column, "a");
  EXPECT_EQ(data.bounds[0].min, sql::Bound(int64_t{-2}));
  EXPECT_EQ(data.bounds[0].null_count, 1U);
  EXPECT_EQ(data.bounds[1].min, std::nullopt);
  EXPECT_EQ(data.bounds[1].max, sql::Bound(std::string("x")));
}

TEST_F(DeltaFilesTest, AFileWithoutStatisticsHasNoBounds) {
  EXPECT_EQ(read({}).rows, 0U);
  EXPECT_TRUE(read({}).bounds.empty());
  EXPECT_TRUE(read("no statistics").bounds.empty());
}

}  // namespace
}  // namespace tarn::lake
