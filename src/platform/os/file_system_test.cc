#include "platform/os/file_system.h"

#include <gtest/gtest.h>

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

TEST(ReplaceFile, LeavesTheNewContentAndNoTemporary) {
  testing::TemporaryDirectory directory;
  PosixFileSystem files;
  ASSERT_TRUE(replace_file(files, directory / "x", as_bytes("one")));
  ASSERT_TRUE(replace_file(files, directory / "x", as_bytes("two")));
  EXPECT_EQ(as_text(*read_file(files, directory / "x")), "two");
  EXPECT_EQ(files.list(directory.path())->size(), 1U);
}

}  // namespace
}  // namespace tarn::os
