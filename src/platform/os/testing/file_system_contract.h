// What every FileSystem does, as one suite. A World gives a file system and an empty folder in it:
//   struct World { FileSystem& files(); std::string root(); };
// INSTANTIATE_TYPED_TEST_SUITE_P(Name, FileSystemContract, World);
#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "platform/os/file_system.h"

namespace tarn::os::testing {

template <class World>
class FileSystemContract : public ::testing::Test {
 protected:
  FileSystem& files() { return world_.files(); }
  std::string at(const std::string& name) { return world_.root() + "/" + name; }

  std::unique_ptr<File> create(const std::string& name) {
    auto file = files().open(at(name), OpenMode::create_new);
    EXPECT_TRUE(file) << file.error().message();
    return file ? *std::move(file) : nullptr;
  }
  static Status write(File& file, uint64_t position, std::string_view text) {
    const BytesView part = as_bytes(text);
    return file.write_at(position, std::span(&part, 1));
  }
  std::string read(const std::string& name) {
    auto content = read_file(files(), at(name));
    return content ? std::string(as_text(*content)) : "error: " + content.error().message();
  }
  ErrorCode error_of(const auto& result) {
    EXPECT_FALSE(result);
    return result ? ErrorCode::internal : result.error().code();
  }

  World world_;
};

TYPED_TEST_SUITE_P(FileSystemContract);

TYPED_TEST_P(FileSystemContract, ReadsWhatWasWrittenInParts) {
  auto file = this->create("x");
  const BytesView parts[] = {as_bytes("one "), as_bytes(""), as_bytes("two")};
  ASSERT_TRUE(file->write_at(0, parts));
  EXPECT_EQ(this->read("x"), "one two");
}

TYPED_TEST_P(FileSystemContract, ReadsFewerBytesOnlyAtTheEnd) {
  auto file = this->create("x");
  ASSERT_TRUE(this->write(*file, 0, "0123456789"));
  Bytes buffer(6);
  EXPECT_EQ(*file->read_at(2, buffer), 6U);
  EXPECT_EQ(*file->read_at(7, buffer), 3U);
  EXPECT_EQ(*file->read_at(99, buffer), 0U);
}

TYPED_TEST_P(FileSystemContract, AGapIsZero) {
  auto file = this->create("x");
  ASSERT_TRUE(this->write(*file, 2, "z"));
  EXPECT_EQ(this->read("x"), std::string("\0\0z", 3));
}

TYPED_TEST_P(FileSystemContract, TruncatesAndReserves) {
  auto file = this->create("x");
  ASSERT_TRUE(this->write(*file, 0, "0123456789"));
  ASSERT_TRUE(file->truncate(4));
  EXPECT_EQ(*file->size(), 4U);
  ASSERT_TRUE(file->reserve(100));
  EXPECT_EQ(*file->size(), 100U);
  ASSERT_TRUE(file->reserve(10));
  EXPECT_EQ(*file->size(), 100U);
  EXPECT_EQ(this->read("x").substr(0, 5), std::string("0123\0", 5));
}

TYPED_TEST_P(FileSystemContract, OpensOnlyWhatIsThere) {
  EXPECT_EQ(this->error_of(this->files().open(this->at("x"), OpenMode::read)),
            ErrorCode::not_found);
  EXPECT_EQ(this->error_of(this->files().open(this->at("x"), OpenMode::read_write)),
            ErrorCode::not_found);
  EXPECT_EQ(this->error_of(this->files().open(this->at("a/x"), OpenMode::create_new)),
            ErrorCode::not_found);
  this->create("x");
  EXPECT_EQ(this->error_of(this->files().open(this->at("x"), OpenMode::create_new)),
            ErrorCode::already_exists);
}

TYPED_TEST_P(FileSystemContract, RenameReplaces) {
  ASSERT_TRUE(this->write(*this->create("x"), 0, "new"));
  ASSERT_TRUE(this->write(*this->create("y"), 0, "old"));
  ASSERT_TRUE(this->files().rename(this->at("x"), this->at("y")));
  EXPECT_EQ(this->read("y"), "new");
  EXPECT_EQ(this->error_of(this->files().rename(this->at("x"), this->at("y"))),
            ErrorCode::not_found);
}

TYPED_TEST_P(FileSystemContract, LinkNewNeverReplaces) {
  ASSERT_TRUE(this->write(*this->create("x"), 0, "new"));
  ASSERT_TRUE(this->files().link_new(this->at("x"), this->at("y")));
  EXPECT_EQ(this->read("y"), "new");
  EXPECT_EQ(this->error_of(this->files().link_new(this->at("x"), this->at("y"))),
            ErrorCode::already_exists);
}

TYPED_TEST_P(FileSystemContract, RemovesFilesAndEmptyFolders) {
  ASSERT_TRUE(make_directories(this->files(), this->at("a")));
  this->create("a/x");
  EXPECT_FALSE(this->files().remove(this->at("a")));
  EXPECT_TRUE(this->files().remove(this->at("a/x")));
  EXPECT_TRUE(this->files().remove(this->at("a")));
  EXPECT_EQ(this->error_of(this->files().remove(this->at("a"))), ErrorCode::not_found);
}

TYPED_TEST_P(FileSystemContract, AnOpenFileOutlivesItsName) {
  auto file = this->create("x");
  ASSERT_TRUE(this->write(*file, 0, "still here"));
  ASSERT_TRUE(this->files().remove(this->at("x")));
  Bytes buffer(10);
  EXPECT_EQ(*file->read_at(0, buffer), 10U);
  EXPECT_EQ(as_text(buffer), "still here");
  EXPECT_TRUE(file->sync());
}

TYPED_TEST_P(FileSystemContract, ListsNamesKindsAndSizes) {
  ASSERT_TRUE(make_directories(this->files(), this->at("a/b")));
  ASSERT_TRUE(this->write(*this->create("a/x"), 0, "four"));
  auto entries = this->files().list(this->at("a"));
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 2U);
  for (const DirectoryEntry& entry : *entries) {
    EXPECT_EQ(entry.is_directory, entry.name == "b");
    if (entry.name == "x") EXPECT_EQ(entry.size, 4U);
  }
  EXPECT_EQ(this->error_of(this->files().list(this->at("none"))), ErrorCode::not_found);
}

TYPED_TEST_P(FileSystemContract, MakesFoldersOnceAndWithParents) {
  EXPECT_TRUE(make_directories(this->files(), this->at("a/b/c")));
  EXPECT_TRUE(make_directories(this->files(), this->at("a/b/c")));
  this->create("x");
  EXPECT_FALSE(make_directories(this->files(), this->at("x")));
  EXPECT_TRUE(*this->files().make_directory(this->at("y")));
  EXPECT_FALSE(*this->files().make_directory(this->at("y")));
  EXPECT_EQ(this->error_of(this->files().make_directory(this->at("z/y"))), ErrorCode::not_found);
  ASSERT_TRUE(this->files().open(this->at("file"), OpenMode::create_new));
  EXPECT_EQ(this->error_of(this->files().make_directory(this->at("file"))), ErrorCode::not_found);
}

TYPED_TEST_P(FileSystemContract, SyncsFoldersThatAreThere) {
  EXPECT_TRUE(this->files().sync_directory(this->world_.root()));
  EXPECT_EQ(this->error_of(this->files().sync_directory(this->at("none"))), ErrorCode::not_found);
  EXPECT_GT(*this->files().free_space(this->world_.root()), 0U);
}

REGISTER_TYPED_TEST_SUITE_P(FileSystemContract, ReadsWhatWasWrittenInParts,
                            ReadsFewerBytesOnlyAtTheEnd, AGapIsZero, TruncatesAndReserves,
                            OpensOnlyWhatIsThere, RenameReplaces, LinkNewNeverReplaces,
                            RemovesFilesAndEmptyFolders, AnOpenFileOutlivesItsName,
                            ListsNamesKindsAndSizes, MakesFoldersOnceAndWithParents,
                            SyncsFoldersThatAreThere);

}  // namespace tarn::os::testing
