#include "engines/objectstore/local_object_store.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "engines/objectstore/testing/object_store_contract.h"
#include "platform/os/testing/fault_file_system.h"
#include "platform/os/testing/temporary_directory.h"

namespace tarn::objectstore {
namespace {

class LocalUnderTest final : public testing::StoreUnderTest {
 public:
  ObjectStore& store() override { return *store_; }
  std::string local_file(std::string_view content) override {
    std::filesystem::create_directories(directory_ / "lake/_staging/t");
    const std::string path = directory_ / ("lake/_staging/t/" + std::to_string(files_made_++));
    std::ofstream(path) << content;
    return path;
  }
  bool local_file_exists(const std::string& path) override { return std::filesystem::exists(path); }

 private:
  os::testing::TemporaryDirectory directory_;
  os::PosixFileSystem files_;
  int files_made_ = 0;
  std::unique_ptr<LocalObjectStore> store_ =
      LocalObjectStore::open(files_, {.root = directory_ / "lake"}).value();
};

// The same over the file system of the fault tests, which must not be kinder than a real one.
class SimulatedUnderTest final : public testing::StoreUnderTest {
 public:
  ObjectStore& store() override { return *store_; }
  std::string local_file(std::string_view content) override {
    EXPECT_TRUE(os::make_directories(files_, "lake/_staging/t"));
    const std::string path = "lake/_staging/t/" + std::to_string(files_made_++);
    const BytesView bytes = as_bytes(content);
    EXPECT_TRUE((*files_.open(path, os::OpenMode::create_new))->write_at(0, {&bytes, 1}));
    return path;
  }
  bool local_file_exists(const std::string& path) override {
    return files_.open(path, os::OpenMode::read).has_value();
  }

 private:
  os::testing::FaultFileSystem files_;
  int files_made_ = 0;
  std::unique_ptr<LocalObjectStore> store_ =
      LocalObjectStore::open(files_, {.root = "lake"}).value();
};

struct Local : ::testing::Test {
  os::testing::TemporaryDirectory directory;
  os::PosixFileSystem files;
  std::unique_ptr<LocalObjectStore> open() {
    return LocalObjectStore::open(files, {.root = directory / "lake"}).value();
  }
};

TEST_F(Local, LeavesNoScratchFiles) {
  auto store = open();
  ASSERT_TRUE(store->put("a", as_bytes("1")));
  ASSERT_TRUE(store->put_if_absent("b", as_bytes("1")));
  ASSERT_FALSE(store->put_if_absent("b", as_bytes("1")));
  EXPECT_TRUE(std::filesystem::is_empty(directory / "lake/_staging/put"));
}

TEST_F(Local, ClearsTheScratchOfACrashAndDoesNotListIt) {
  ASSERT_TRUE(open()->put("a", as_bytes("1")));
  std::ofstream(directory / "lake/_staging/put/0") << "half";
  auto store = open();
  EXPECT_TRUE(std::filesystem::is_empty(directory / "lake/_staging/put"));
  std::ofstream(directory / "lake/_staging/put/0") << "half";
  EXPECT_EQ(store->list("")->size(), 1U);
  EXPECT_TRUE(store->put("b", as_bytes("1")));
}

TEST_F(Local, AFolderRemovedUnderItIsMadeAgain) {
  auto store = open();
  ASSERT_TRUE(store->put_if_absent("t/log/0", as_bytes("1")));
  std::filesystem::remove_all(directory / "lake/t");
  EXPECT_TRUE(store->put_if_absent("t/log/0", as_bytes("2")));
  std::filesystem::remove_all(directory / "lake");
  EXPECT_TRUE(store->put("t/log/1", as_bytes("3")));
}

}  // namespace

namespace testing {
TEST(LocalAfterACrash, AFolderThatAKilledProcessLeftUnsyncedIsKept) {
  for (uint64_t call = 1; call < 100; ++call) {
    os::testing::FaultFileSystem files;
    const auto open = [&files] { return LocalObjectStore::open(files, {.root = "lake"}).value(); };
    auto killed = open();
    files.crash_at(call);
    const bool is_done = killed->put_if_absent("a/b/first", as_bytes("1")).has_value();
    files.lose_power(os::testing::PowerLoss::keep_all);
    ASSERT_TRUE(open()->put_if_absent("a/b/second", as_bytes("2")));
    files.lose_power(os::testing::PowerLoss::drop_unsynced);
    ASSERT_TRUE(open()->get("a/b/second")) << "killed at call " << call;
    if (is_done) return;
  }
  FAIL() << "an object takes fewer calls";
}

INSTANTIATE_TEST_SUITE_P(Local, ObjectStoreContract,
                         ::testing::Values([] { return std::make_unique<LocalUnderTest>(); }));
INSTANTIATE_TEST_SUITE_P(Simulated, ObjectStoreContract,
                         ::testing::Values([] { return std::make_unique<SimulatedUnderTest>(); }));
}  // namespace testing
}  // namespace tarn::objectstore
