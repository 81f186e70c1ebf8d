// A table that delta-rs (PyPI deltalake 1.6.6) wrote: two appends, a delete, another append.
#include <algorithm>

#include <gtest/gtest.h>

#include "formats/table_format/delta_entry.h"
#include "formats/table_format/delta_paths.h"
#include "formats/table_format/delta_protocol.h"
#include "formats/table_format/delta_schema.h"
#include "formats/table_format/delta_snapshot.h"
#include "platform/os/file_system.h"

namespace tarn::table_format {
namespace {

struct DeltaGolden : ::testing::Test {
  os::PosixFileSystem files;
  const std::string folder = "tests/golden/delta/carriers/";
  DeltaSnapshot snapshot;

  std::vector<Action> entry(int64_t version) {
    auto text = os::read_file(files, folder + "_delta_log/" + entry_name(version));
    EXPECT_TRUE(text);
    auto actions = read_entry(as_text(*text));
    EXPECT_TRUE(actions);
    return *actions;
  }
  void SetUp() override {
    for (int64_t version = 0; version < 4; ++version) snapshot.apply(version, entry(version));
  }
};

TEST_F(DeltaGolden, IsWritable) {
  EXPECT_TRUE(check_writable(snapshot.protocol(), *snapshot.metadata()));
  EXPECT_EQ(snapshot.metadata()->configuration.at("delta.checkpointInterval"), "100");
}

TEST_F(DeltaGolden, HasTheLiveFilesAndTheirRows) {
  EXPECT_EQ(snapshot.files().size(), 4U);
  EXPECT_EQ(snapshot.rows(), 4);
  EXPECT_EQ(snapshot.transaction("app/0"), 8);
  EXPECT_EQ(snapshot.transaction("app/1"), 1);
}

TEST_F(DeltaGolden, PathsLeadToTheFilesOnDisk) {
  for (const auto& [path, file] : snapshot.files()) {
    auto opened = files.open(folder + path, os::OpenMode::read);
    ASSERT_TRUE(opened) << path;
    EXPECT_EQ(static_cast<int64_t>(*(*opened)->size()), file.size);
  }
}

TEST_F(DeltaGolden, PartitionValuesAreThoseOfTheRows) {
  std::vector<std::optional<std::string>> carriers;
  for (const auto& [path, file] : snapshot.files()) {
    carriers.push_back(file.partition_values.at("carrier"));
  }
  std::ranges::sort(carriers);
  EXPECT_EQ(carriers, (std::vector<std::optional<std::string>>{{}, "B/6", "B/6", "a b%"}));
}

TEST_F(DeltaGolden, TheSchemaIsReadAndWrittenAlike) {
  auto schema = read_schema(snapshot.metadata()->schema_string);
  ASSERT_TRUE(schema);
  EXPECT_EQ(columns::to_text(*schema),
            "carrier: text, delay: int64, price: double, at: timestamp, day: date, late: boolean, "
            "route: struct<from: text, to: list<text>>");
  EXPECT_EQ(write_schema(*schema), snapshot.metadata()->schema_string);
}

TEST_F(DeltaGolden, OurEntriesSayTheSame) {
  for (int64_t version = 0; version < 4; ++version) {
    EXPECT_EQ(*read_entry(write_entry(entry(version))), entry(version));
  }
}

TEST_F(DeltaGolden, TheCheckpointHintIsRead) {
  auto text = os::read_file(files, folder + "_delta_log/_last_checkpoint");
  EXPECT_EQ(read_last_checkpoint(as_text(*text)), 2);
}

}  // namespace
}  // namespace tarn::table_format
