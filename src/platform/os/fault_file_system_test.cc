#include "platform/os/testing/fault_file_system.h"

#include <gtest/gtest.h>

namespace tarn::os::testing {
namespace {

class FaultDisk : public ::testing::Test {
 protected:
  FaultDisk() { EXPECT_TRUE(make_directories(files_, "d")); }

  std::unique_ptr<File> create(const std::string& path) {
    return *files_.open(path, OpenMode::create_new);
  }
  static Status write(File& file, std::string_view text) {
    const BytesView part = as_bytes(text);
    return file.write_at(0, std::span(&part, 1));
  }
  std::string read(const std::string& path) {
    auto content = read_file(files_, path);
    return content ? std::string(as_text(*content)) : "none";
  }

  FaultFileSystem files_;
};

TEST_F(FaultDisk, ForgetsANameThatWasNotSynced) {
  auto file = create("d/x");
  ASSERT_TRUE(write(*file, "text") && file->sync());
  files_.lose_power(PowerLoss::drop_unsynced);
  EXPECT_EQ(read("d/x"), "none");
}

TEST_F(FaultDisk, ForgetsBytesThatWereNotSynced) {
  auto file = create("d/x");
  ASSERT_TRUE(files_.sync_directory("d") && write(*file, "one") && file->sync());
  ASSERT_TRUE(write(*file, "two"));
  EXPECT_EQ(read("d/x"), "two");
  files_.lose_power(PowerLoss::drop_unsynced);
  EXPECT_EQ(read("d/x"), "one");
}

TEST_F(FaultDisk, KeepsTheOldFileWhenARenameWasNotSynced) {
  ASSERT_TRUE(replace_file(files_, "d/x", as_bytes("one")));
  ASSERT_TRUE(write(*create("d/x.tmp"), "two") && files_.rename("d/x.tmp", "d/x"));
  files_.lose_power(PowerLoss::drop_unsynced);
  EXPECT_EQ(read("d/x"), "one");
}

TEST_F(FaultDisk, AFailedSyncLeavesPagesCleanAndLost) {
  auto file = create("d/x");
  ASSERT_TRUE(files_.sync_directory("d") && write(*file, "one"));
  files_.fail_sync_at(1);
  EXPECT_FALSE(file->sync());
  EXPECT_TRUE(file->sync());
  EXPECT_EQ(read("d/x"), "one");
  files_.lose_power(PowerLoss::drop_unsynced);
  EXPECT_NE(read("d/x"), "one");
}

TEST_F(FaultDisk, TearsAWriteAtSectors) {
  auto file = create("d/x");
  const std::string before(FaultFileSystem::kSectorBytes * 8, 'a');
  ASSERT_TRUE(write(*file, before) && file->sync() && files_.sync_directory("d"));
  ASSERT_TRUE(write(*file, std::string(before.size(), 'b')));
  files_.lose_power(PowerLoss::random_sectors, 3);
  const std::string after = read("d/x");
  EXPECT_NE(after.find('a'), std::string::npos);
  EXPECT_NE(after.find('b'), std::string::npos);
}

TEST_F(FaultDisk, EverythingFailsAfterACrashUntilItComesUp) {
  auto file = create("d/x");
  files_.crash_at(1);
  EXPECT_FALSE(file->sync());
  EXPECT_FALSE(files_.list("d"));
  files_.lose_power(PowerLoss::keep_all);
  EXPECT_TRUE(files_.list("d"));
  EXPECT_FALSE(file->sync());
}

TEST_F(FaultDisk, FailsOneCallAndHasACapacity) {
  auto file = create("d/x");
  files_.fail_at(2, ErrorCode::permission_denied);
  EXPECT_TRUE(file->sync());
  EXPECT_FALSE(file->sync());
  EXPECT_TRUE(file->sync());
  files_.set_capacity(10);
  EXPECT_EQ(file->reserve(11).error().code(), ErrorCode::resource_exhausted);
  EXPECT_TRUE(write(*file, "0123456789"));
}

}  // namespace
}  // namespace tarn::os::testing
