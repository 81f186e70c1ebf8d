#include "services/lake/delta_log.h"

#include <gtest/gtest.h>

#include "engines/objectstore/local_object_store.h"
#include "formats/table_format/delta_entry.h"
#include "formats/table_format/delta_paths.h"
#include "platform/os/testing/fault_file_system.h"
#include "services/lake/testing/fake_column_files.h"

namespace tarn::lake {
namespace {

// Entry n was written at second n.
struct DeltaLogTest : ::testing::Test {
  os::testing::FaultFileSystem files;
  testing::FakeColumnFiles columns{files};
  std::unique_ptr<objectstore::LocalObjectStore> store =
      objectstore::LocalObjectStore::open(files, {.root = "/lake"}).value();
  DeltaLog log{*store, columns, "t"};

  static Timestamp second(int64_t n) { return from_unix_millis(n * 1000); }
  void write_entries(int64_t count) {
    for (int64_t version = 0; version < count; ++version) {
      ASSERT_TRUE(
          log.append(version, {table_format::CommitInfo{.timestamp = (version + 1) * 1000},
                               table_format::AddFile{.path = "f" + std::to_string(version)}}));
    }
  }
  void write_checkpoint(int64_t version) {
    std::vector<table_format::Action> actions;
    for (int64_t file = 0; file <= version; ++file) {
      actions.emplace_back(table_format::AddFile{.path = "f" + std::to_string(file)});
    }
    const auto written = log.write_checkpoint({.version = version,
                                               .lines = table_format::write_entry(actions),
                                               .actions = actions.size()},
                                              files, "/staging");
    ASSERT_TRUE(written) << written.error().message();
  }
  void write_foreign(const std::string& name) {
    ASSERT_TRUE(store->put("t/_delta_log/" + name, as_bytes(std::string_view("x"))));
  }
  // The files of the log without their zeros: "1.json 2.json".
  std::string names() {
    std::string all;
    for (const auto& info : *store->list("t/_delta_log/")) {
      auto name = info.name.substr(std::string("t/_delta_log/").size());
      name.erase(0, std::min(name.find_first_not_of('0'), size_t{19}));
      all += (all.empty() ? "" : " ") + name;
    }
    return all;
  }
  std::string last_checkpoint() {
    return std::string(as_text(*store->get("t/_delta_log/_last_checkpoint")));
  }
};

TEST_F(DeltaLogTest, WhatTheNewestOldCheckpointStandsForIsRemoved) {
  write_entries(6);
  write_checkpoint(2);
  write_checkpoint(4);
  EXPECT_EQ(*log.remove_expired(second(5)), 2U);
  EXPECT_EQ(names(),
            "2.checkpoint.parquet 2.json 3.json 4.checkpoint.parquet 4.json 5.json "
            "_last_checkpoint");
  EXPECT_EQ(*log.remove_expired(second(6)), 3U);
  EXPECT_EQ(names(), "4.checkpoint.parquet 4.json 5.json _last_checkpoint");
  EXPECT_EQ(log.load()->files().size(), 6U);
}

TEST_F(DeltaLogTest, WithoutAnOldCheckpointNothingIsRemoved) {
  write_entries(3);
  EXPECT_EQ(*log.remove_expired(second(100)), 0U);
  write_checkpoint(2);
  EXPECT_EQ(*log.remove_expired(second(3)), 0U) << "entry 2 is as old as that, not older";
}

TEST_F(DeltaLogTest, FilesOfOthersStay) {
  write_entries(3);
  write_checkpoint(2);
  write_foreign("00000000000000000000.crc");
  write_foreign("00000000000000000001.checkpoint.0000000001.0000000002.parquet");
  write_foreign("notes.txt");
  EXPECT_EQ(*log.remove_expired(second(100)), 2U);
  EXPECT_EQ(names(),
            "0.crc 1.checkpoint.0000000001.0000000002.parquet 2.checkpoint.parquet "
            "2.json _last_checkpoint notes.txt");
}

TEST_F(DeltaLogTest, TheOldestGoFirstAndSoManyAtMost) {
  write_entries(5);
  write_checkpoint(1);
  write_checkpoint(4);
  EXPECT_EQ(*log.remove_expired(second(100), 2), 2U);
  EXPECT_EQ(names(), "1.json 2.json 3.json 4.checkpoint.parquet 4.json _last_checkpoint");
  EXPECT_EQ(*log.remove_expired(second(100)), 3U);
}

TEST_F(DeltaLogTest, ACheckpointWhoseAgeIsNotKnownCountsAsYoung) {
  write_entries(3);
  ASSERT_TRUE(log.append(3, {table_format::AddFile{.path = "f3"}}));
  write_checkpoint(3);
  EXPECT_EQ(*log.remove_expired(second(100)), 0U);
}

TEST_F(DeltaLogTest, TheLastCheckpointNeverMovesBack) {
  write_entries(6);
  write_checkpoint(4);
  write_checkpoint(2);
  EXPECT_NE(last_checkpoint().find("\"version\":4"), std::string::npos);
  ASSERT_TRUE(store->remove("t/_delta_log/" + table_format::checkpoint_name(4)));
  write_checkpoint(3);
  EXPECT_NE(last_checkpoint().find("\"version\":3"), std::string::npos)
      << "what it named was not there";
}

}  // namespace
}  // namespace tarn::lake
