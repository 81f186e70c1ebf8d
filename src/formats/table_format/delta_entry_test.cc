#include "formats/table_format/delta_entry.h"

#include <gtest/gtest.h>

namespace tarn::table_format {
namespace {

std::vector<Action> every_action() {
  return {CommitInfo{.timestamp = 5,
                     .operation = "WRITE",
                     .operation_parameters = {{"mode", "Append"}},
                     .operation_metrics = {{"numFiles", "1"}},
                     .engine_info = "Tarn",
                     .transaction_id = "x",
                     .notices = {"a gap"}},
          Protocol{.reader_features = std::vector<std::string>{"f"}},
          Metadata{.id = "i",
                   .name = "n",
                   .schema_string = "{}",
                   .partition_columns = {"year"},
                   .configuration = {{"k", "v"}},
                   .created_time = 7},
          AddFile{.path = "year=1/a b%.parquet",
                  .partition_values = {{"year", "1"}, {"x", {}}},
                  .size = 3,
                  .modification_time = 9,
                  .stats = R"({"numRecords":1})"},
          RemoveFile{.path = "ü",
                     .deletion_timestamp = 1,
                     .data_change = false,
                     .partition_values = PartitionValues{},
                     .size = 4},
          Transaction{.app_id = "a/0", .version = 12, .last_updated = 3}};
}

ErrorCode error_of(std::string_view text) {
  auto read = read_entry(text);
  return read ? ErrorCode::internal : read.error().code();
}

TEST(DeltaEntry, WhatWasWrittenIsReadBack) {
  EXPECT_EQ(*read_entry(write_entry(every_action())), every_action());
}

TEST(DeltaEntry, IsOneObjectALine) {
  EXPECT_EQ(write_entry({Transaction{.app_id = "a", .version = 1}}),
            "{\"txn\":{\"appId\":\"a\",\"version\":1}}\n");
}

TEST(DeltaEntry, PathsAreUrisInTheLog) {
  const auto text = write_entry({AddFile{.path = "c=A%2FB/ü x.parquet"}});
  EXPECT_NE(text.find("\"c=A%252FB/%C3%BC%20x.parquet\""), std::string::npos) << text;
}

TEST(DeltaEntry, UnknownActionsAndFieldsAreSkipped) {
  auto read = read_entry(
      "{\"domainMetadata\":{\"domain\":\"x\"}}\n{\"txn\":{\"appId\":\"a\","
      "\"version\":1,\"new\":[]}}\n{\"cdc\":null}");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 1U);
}

TEST(DeltaEntry, WhatIsNotAnEntryIsCorrupt) {
  EXPECT_EQ(error_of("{"), ErrorCode::corrupt);
  EXPECT_EQ(error_of("[]"), ErrorCode::corrupt);
  EXPECT_EQ(error_of("{\"txn\":{\"appId\":\"a\"}}"), ErrorCode::corrupt);
  EXPECT_EQ(error_of("{\"txn\":{\"appId\":1,\"version\":1}}"), ErrorCode::corrupt);
  EXPECT_EQ(error_of(R"({"add":{"path":"%zz","size":1,"modificationTime":1}})"),
            ErrorCode::corrupt);
}

TEST(DeltaEntry, TheErrorNamesTheLine) {
  auto read = read_entry("{}\n{\"txn\":{}}\n");
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message().find("line 2"), std::string::npos) << read.error().message();
}

TEST(DeltaEntry, AFileWithADeletionVectorIsRefused) {
  EXPECT_EQ(error_of(R"({"add":{"path":"a","size":1,"modificationTime":1,"deletionVector":{}}})"),
            ErrorCode::unimplemented);
}

}  // namespace
}  // namespace tarn::table_format
