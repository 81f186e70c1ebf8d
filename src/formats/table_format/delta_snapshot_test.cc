#include "formats/table_format/delta_snapshot.h"

#include <gtest/gtest.h>

#include "formats/table_format/delta_entry.h"

namespace tarn::table_format {
namespace {

AddFile file(std::string path, int rows, int64_t size = 10) {
  return {.path = std::move(path),
          .size = size,
          .stats = "{\"numRecords\":" + std::to_string(rows) + "}"};
}

struct Snapshot : ::testing::Test {
  DeltaSnapshot snapshot;
  void commit(const std::vector<Action>& actions) {
    snapshot.apply(snapshot.version() + 1, actions);
  }
};

TEST_F(Snapshot, BeginsWithoutATable) {
  EXPECT_EQ(snapshot.version(), -1);
  EXPECT_FALSE(snapshot.metadata());
}

TEST_F(Snapshot, CountsWhatIsLive) {
  commit({Metadata{.id = "a"}, file("x", 3), file("y", 4, 5)});
  commit({RemoveFile{.path = "x"}});
  EXPECT_EQ(snapshot.version(), 1);
  EXPECT_EQ(snapshot.rows(), 4);
  EXPECT_EQ(snapshot.bytes(), 5);
  EXPECT_EQ(snapshot.files().size(), 1U);
}

TEST_F(Snapshot, AFileAddedAgainCountsOnce) {
  commit({file("x", 3)});
  commit({file("x", 5)});
  EXPECT_EQ(snapshot.rows(), 5);
}

TEST_F(Snapshot, TheNewestTransactionCounts) {
  commit({Transaction{.app_id = "a", .version = 9}});
  commit({Transaction{.app_id = "a", .version = 7}, Transaction{.app_id = "b", .version = 1}});
  EXPECT_EQ(snapshot.transaction("a"), 7);
  EXPECT_EQ(snapshot.transaction("c"), std::nullopt);
}

TEST_F(Snapshot, ACheckpointSaysTheSameAsTheEntries) {
  commit({Protocol{}, Metadata{.id = "a"}, file("x", 3), file("y", 1)});
  commit(
      {Transaction{.app_id = "a", .version = 9}, RemoveFile{.path = "x", .deletion_timestamp = 5}});
  DeltaSnapshot again;
  again.apply(1, *read_entry(write_entry(snapshot.checkpoint_actions(5))));
  EXPECT_EQ(again.rows(), 1);
  EXPECT_EQ(again.transactions(), snapshot.transactions());
  EXPECT_EQ(again.metadata(), snapshot.metadata());
  EXPECT_EQ(again.checkpoint_actions(5), snapshot.checkpoint_actions(5));
}

TEST_F(Snapshot, ExpiredRemovalsAreNotInACheckpoint) {
  commit({Metadata{.id = "a"}, RemoveFile{.path = "x", .deletion_timestamp = 5}});
  EXPECT_EQ(snapshot.checkpoint_actions(5).size(), 3U);
  EXPECT_EQ(snapshot.checkpoint_actions(6).size(), 2U);
}

TEST(LastCheckpoint, IsAHintThatMayBeWrong) {
  EXPECT_EQ(read_last_checkpoint(write_last_checkpoint(10, 42)), 10);
  for (const char* text :
       {"", "{}", "[]", R"({"version":"1"})", R"({"version":-1})", R"({"version":1,"parts":2})"}) {
    EXPECT_EQ(read_last_checkpoint(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace tarn::table_format
