#include "platform/os/file_system.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/os/file_lock.h"
#include "platform/os/testing/temporary_directory.h"

namespace tarn::os {
namespace {

TEST(ParentDirectory, TakesTheLastPartOff) {
  EXPECT_EQ(parent_directory("a/b/c"), "a/b");
  EXPECT_EQ(parent_directory("a/b/"), "a");
  EXPECT_EQ(parent_directory("c"), ".");
  EXPECT_EQ(parent_directory("/c"), "/");
}

TEST(FileLock, TheSecondOwnerIsToldWhoHoldsIt) {
  testing::TemporaryDirectory directory;
  PosixFileSystem files;
  auto first = FileLock::acquire(files, directory / "lock");
  ASSERT_TRUE(first);
  auto second = FileLock::acquire(files, directory / "lock");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::failed_precondition);
  EXPECT_NE(second.error().message().find("process "), std::string::npos);
}

TEST(FileLock, IsFreeAgainAfterItsOwner) {
  testing::TemporaryDirectory directory;
  PosixFileSystem files;
  {
    ASSERT_TRUE(FileLock::acquire(files, directory / "lock"));
  }
  EXPECT_TRUE(FileLock::acquire(files, directory / "lock"));
}

TEST(FileLock, NamesItsOwnerOnly) {
  testing::TemporaryDirectory directory;
  PosixFileSystem files;
  const std::string pid = std::to_string(::getpid()) + "\n";
  const std::string longer = "123456789012";
  ASSERT_TRUE(replace_file(files, directory / "lock", as_bytes(longer)));
  ASSERT_TRUE(FileLock::acquire(files, directory / "lock"));
  EXPECT_EQ(as_text(*read_file(files, directory / "lock")), pid);
}

TEST(PosixFileSystem, AFolderThatCannotBeMadeIsAnErrorAtOnce) {
  PosixFileSystem files;
  EXPECT_EQ(make_directories(files, "/proc/tarn/data").error().code(), ErrorCode::not_found);
}

TEST(ReplaceFile, LeavesTheNewContentAndNoTemporary) {
  testing::TemporaryDirectory directory;
  PosixFileSystem files;
  ASSERT_TRUE(replace_file(files, directory / "x", as_bytes("one")));
  ASSERT_TRUE(replace_file(files, directory / "x", as_bytes("two")));
  EXPECT_EQ(as_text(*read_file(files, directory / "x")), "two");
  EXPECT_EQ(files.list(directory.path())->size(), 1U);
}

// What stat says of a file and a folder that were made with these readers under a usual umask.
std::pair<int, int> permissions_of_new(Readers readers) {
  testing::TemporaryDirectory directory;
  PosixFileSystem files(readers);
  const mode_t before = ::umask(022);
  EXPECT_TRUE(make_directories(files, directory / "folder"));
  EXPECT_TRUE(files.open(directory / "file", OpenMode::create_new));
  ::umask(before);
  const auto of = [&](const std::string& name) {
    return static_cast<int>(std::filesystem::status(directory / name).permissions());
  };
  return {of("file"), of("folder")};
}

TEST(PosixFileSystem, LeavesItToTheUmaskWhoMayReadUnlessTold) {
  EXPECT_EQ(permissions_of_new(Readers::everybody), std::pair(0644, 0755));
  EXPECT_EQ(permissions_of_new(Readers::owner_and_group), std::pair(0640, 0750));
}

}  // namespace
}  // namespace tarn::os
