#include "engines/storage/disk_reserve.h"

#include <algorithm>

#include "engines/storage/testing/storage_world.h"

namespace tarn::storage {
namespace {

using testing::Content;
using testing::StorageWorld;
using testing::transaction;

constexpr uint64_t kReserveBytes = 8 << 10;

class DiskReserveTest : public ::testing::Test {
 protected:
  DiskReserveTest() {
    world_.options.disk_reserve_bytes = 2 * kReserveBytes;
    world_.options.reserve_file_bytes = kReserveBytes;
    world_.reopen();
    log_ = world_.create("orders-0");
    EXPECT_TRUE(world_.append(log_, {.payload_bytes = 400}));
  }
  void leave(uint64_t bytes) { world_.files.set_capacity(used() + bytes); }
  [[nodiscard]] bool has_reserve() {
    return std::ranges::count(world_.files.paths(), "data/reserve") > 0;
  }
  uint64_t used() {
    uint64_t bytes = 0;
    for (const auto& path : world_.files.paths()) {
      bytes += os::read_file(world_.files, path)->size();
    }
    return bytes;
  }

  StorageWorld world_;
  LogId log_;
};

TEST_F(DiskReserveTest, AStartAfterACrashWorksOnAFullDisk) {
  const Content before = world_.content();
  world_.kill();
  leave(0);
  const Status opened = world_.open();
  ASSERT_TRUE(opened) << opened.error().message();
  EXPECT_EQ(world_.content(), before);
  const auto refused = world_.append(log_, {.payload_bytes = 400});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, RefusalReason::no_space);
}

TEST_F(DiskReserveTest, WithoutTheReserveThatStartSaysWhatIsMissing) {
  world_.kill();
  ASSERT_TRUE(world_.files.remove("data/reserve"));
  leave(0);
  const Status opened = world_.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::resource_exhausted);
  EXPECT_NE(opened.error().message().find("make space"), std::string::npos)
      << opened.error().message();
}

TEST_F(DiskReserveTest, AShutdownOnAFullDiskIsClean) {
  const auto epoch = world_.engine->state(log_)->epoch;
  leave(0);
  world_.engine.reset();
  ASSERT_TRUE(world_.open());
  EXPECT_EQ(world_.engine->state(log_)->epoch, epoch) << "an unclean start begins a new epoch";
}

TEST_F(DiskReserveTest, AFullJournalIsReleasedOnAFullDisk) {
  leave(0);
  for (int i = 0; i < 200; ++i) {
    const auto done = world_.commit(transaction(PutMetadata{"key", Bytes(300)}));
    ASSERT_TRUE(done) << i << ": " << done.error().message;
  }
}

TEST_F(DiskReserveTest, IsMadeAgainWhenThereIsSpace) {
  leave(0);
  ASSERT_TRUE(world_.engine->checkpoint());
  EXPECT_FALSE(has_reserve());
  world_.files.no_more_faults();
  ASSERT_TRUE(world_.engine->apply_retention());
  EXPECT_TRUE(has_reserve());
}

TEST_F(DiskReserveTest, IsNotMadeOfTheLastSpace) {
  DiskReserve reserve(world_.files, "data/other", kReserveBytes);
  leave(2 * kReserveBytes - 1);
  reserve.fill();
  EXPECT_FALSE(reserve.give());
  leave(2 * kReserveBytes);
  reserve.fill();
  EXPECT_TRUE(reserve.give());
  EXPECT_FALSE(reserve.give());
}

TEST_F(DiskReserveTest, TheEngineSaysThatSpaceIsShort) {
  EXPECT_EQ(world_.engine->shortage(), std::nullopt);
  leave(world_.options.disk_reserve_bytes - 1);
  const auto shortage = world_.engine->shortage();
  ASSERT_TRUE(shortage);
  EXPECT_NE(shortage->find("the disk of data has 0.0 MB left"), std::string::npos) << *shortage;
  world_.files.no_more_faults();
  EXPECT_EQ(world_.engine->shortage(), std::nullopt);
}

}  // namespace
}  // namespace tarn::storage
