#include <gtest/gtest.h>

#include "engines/sql/engine.h"
#include "formats/table_format/delta_entry.h"
#include "platform/os/file_system.h"
#include "platform/os/testing/temporary_directory.h"
#include "services/lake/column_files.h"

namespace tarn::lake {
namespace {

struct SqlColumnFilesTest : ::testing::Test {
  os::testing::TemporaryDirectory directory;
  os::PosixFileSystem files;
  os::SystemClock clock;
  sql::Engine engine{{.directories = {directory.path()}}, clock};
  SqlColumnFiles columns{engine};
};

TEST_F(SqlColumnFilesTest, ACheckpointIsReadBackAsItsActions) {
  using namespace table_format;
  const std::vector<Action> actions = {
      Protocol{},
      Protocol{.reader_version = 3,
               .writer_version = 7,
               .reader_features = std::vector<std::string>(),
               .writer_features = std::vector<std::string>{"appendOnly", "invariants"}},
      Metadata{.id = "i",
               .name = "n",
               .schema_string = "{}",
               .partition_columns = {"year"},
               .configuration = {{"tarn.generation", "1"}},
               .created_time = 7},
      Transaction{.app_id = "a/0", .version = 12, .last_updated = 3},
      RemoveFile{.path = "ü",
                 .deletion_timestamp = 1,
                 .data_change = false,
                 .partition_values = PartitionValues{},
                 .size = 4},
      AddFile{.path = "year=1/a b%.parquet",
              .partition_values = {{"year", "1"}, {"x", {}}},
              .size = 3,
              .modification_time = 9,
              .data_change = false,
              .stats = R"({"numRecords":1})"}};
  ASSERT_TRUE(os::make_directories(files, directory / "it's"));
  const auto lines = directory / "it's/c.json";
  const auto parquet = directory / "it's/c.parquet";
  ASSERT_TRUE(os::replace_file(files, lines, as_bytes(write_entry(actions))));
  const auto written = columns.write_checkpoint(lines, parquet);
  ASSERT_TRUE(written) << written.error().message();
  const auto read = columns.read_checkpoint(parquet);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read_entry(*read), actions) << *read;
}

}  // namespace
}  // namespace tarn::lake
