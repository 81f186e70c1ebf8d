// What is left of a damaged log when its damage has been given up.
#include "engines/storage/log_repair.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engines/storage/testing/storage_world.h"

namespace tarn::storage {
namespace {

using os::testing::PowerLoss;
using testing::LogContent;
using testing::StorageWorld;

constexpr int kBatches = 12;

class Repair : public ::testing::Test {
 protected:
  Repair() {
    for (int i = 0; i < kBatches; ++i) {
      EXPECT_TRUE(world_.append(
          log_, {.records = 2, .payload_bytes = 60, .fill = static_cast<uint8_t>(i)}));
    }
    world_.reopen();
    whole_ = *world_.content_of(log_);
    world_.engine.reset();
    disk_ = world_.files.disk();
    first_segment_ = world_.path_of_segment("orders-0", 0);
  }
  // On the disk of a clean shutdown.
  void damage(const std::string& path, uint64_t position) {
    world_.engine.reset();
    world_.files.restore(disk_);
    world_.files.flip_bit(path, position, static_cast<unsigned>(position % 8));
    world_.reopen();
  }
  // The offsets of the batches that have records.
  std::vector<int64_t> offsets() {
    std::vector<int64_t> found;
    const auto content = world_.content_of(log_);
    EXPECT_TRUE(content) << content.error().message();
    if (!content) return found;
    for (const Bytes& batch : content->batches) {
      const auto header = *record::read_batch_header(batch);
      if (header.record_count > 0) found.push_back(header.base_offset.value());
    }
    return found;
  }
  // All but those of one batch.
  static std::vector<int64_t> all_but(int64_t lost) {
    std::vector<int64_t> kept;
    for (int64_t i = 0; i < kBatches; ++i) {
      if (2 * i != lost) kept.push_back(2 * i);
    }
    return kept;
  }
  [[nodiscard]] bool is_quarantined() const { return world_.engine->state(log_)->quarantined; }

  StorageWorld world_;
  LogId log_ = world_.create("orders-0");
  LogContent whole_;
  os::testing::FaultFileSystem::Disk disk_;
  std::string first_segment_;
};

TEST_F(Repair, AWholeLogHasNothingToRepair) {
  world_.reopen();
  EXPECT_TRUE(world_.engine->examine(log_)->empty());
  EXPECT_FALSE(is_quarantined());
  EXPECT_EQ(world_.engine->repair(log_).error().code(), ErrorCode::failed_precondition);
  EXPECT_EQ(world_.engine->examine(LogId(99)).error().code(), ErrorCode::not_found);
}

TEST_F(Repair, OfAnyFlippedBitOnlyItsBatchIsLost) {
  const size_t batch_bytes = whole_.batches[0].size();
  for (uint64_t position = 0; position < 2 * batch_bytes; ++position) {
    SCOPED_TRACE(position);
    damage(first_segment_, position);
    const auto damages = *world_.engine->examine(log_);
    ASSERT_EQ(damages.size(), 1U);
    const int64_t lost = position < batch_bytes ? 0 : 2;
    EXPECT_EQ(damages[0].from, Offset(lost));
    EXPECT_EQ(damages[0].to, Offset(lost + 2));
    EXPECT_EQ(damages[0].position, position < batch_bytes ? 0 : batch_bytes);
    ASSERT_TRUE(is_quarantined());
    ASSERT_TRUE(world_.engine->repair(log_));
    EXPECT_EQ(offsets(), all_but(lost));
    EXPECT_TRUE(world_.engine->examine(log_)->empty());
    EXPECT_EQ(world_.append(log_)->front().base, whole_.end);
  }
}

TEST_F(Repair, OutlastsRestartsOfEveryKind) {
  damage(first_segment_, 100);
  ASSERT_FALSE(world_.engine->examine(log_)->empty());
  ASSERT_TRUE(world_.engine->repair(log_));
  const auto repaired = *world_.content_of(log_);
  world_.lose_power(PowerLoss::drop_unsynced);
  ASSERT_TRUE(world_.open());
  EXPECT_FALSE(is_quarantined());
  EXPECT_EQ(world_.content_of(log_)->batches, repaired.batches);
  ASSERT_TRUE(world_.append(log_));
  world_.reopen();
  EXPECT_EQ(world_.content_of(log_)->end, whole_.end + 1);
}

TEST_F(Repair, TheSegmentThatIsWrittenToIsRepairedToo) {
  auto paths = world_.files.paths();
  std::erase_if(paths, [](const std::string& path) { return !path.ends_with(".log"); });
  damage(paths.back(), 100);
  const auto damages = *world_.engine->examine(log_);
  ASSERT_FALSE(damages.empty());
  ASSERT_TRUE(world_.engine->repair(log_));
  EXPECT_EQ(world_.content_of(log_)->end, whole_.end);
  EXPECT_EQ(world_.append(log_)->front().base, whole_.end);
  world_.lose_power(PowerLoss::drop_unsynced);
  ASSERT_TRUE(world_.open());
  EXPECT_EQ(world_.content_of(log_)->end, whole_.end + 1);
}

TEST_F(Repair, OfAMissingSegmentAllIsLostAndNothingElse) {
  world_.files.restore(disk_);
  ASSERT_TRUE(world_.files.remove(first_segment_));
  world_.reopen();
  const auto damages = *world_.engine->examine(log_);
  ASSERT_EQ(damages.size(), 1U);
  ASSERT_TRUE(world_.engine->repair(log_));
  const auto kept = offsets();
  EXPECT_EQ(kept.front(), damages[0].to.value());
  EXPECT_EQ(kept.size(), static_cast<size_t>(kBatches - damages[0].to.value() / 2));
}

TEST_F(Repair, SeveralDamagesAreGivenUpTogether) {
  const size_t batch_bytes = whole_.batches[0].size();
  damage(first_segment_, 5);
  world_.engine.reset();
  world_.files.flip_bit(first_segment_, 2 * batch_bytes + 30);
  world_.reopen();
  EXPECT_EQ(world_.engine->examine(log_)->size(), 2U);
  EXPECT_EQ(world_.engine->repair(log_)->size(), 2U);
  auto kept = all_but(0);
  std::erase(kept, 4);
  EXPECT_EQ(offsets(), kept);
}

TEST_F(Repair, InterruptedAtAnyCallLosesNothingThatHolds) {
  bool is_done = false;
  for (uint64_t call = 1; !is_done; ++call) {
    for (const PowerLoss loss : os::testing::kAllPowerLosses) {
      SCOPED_TRACE(call);
      damage(first_segment_, 100);
      ASSERT_FALSE(world_.engine->examine(log_)->empty());
      world_.files.crash_at(call);
      is_done = world_.engine->repair(log_).has_value();
      world_.lose_power(loss, call);
      ASSERT_TRUE(world_.open());
      EXPECT_TRUE(!is_done || !is_quarantined());
      if (!world_.engine->examine(log_)->empty() || is_quarantined()) {
        ASSERT_TRUE(world_.engine->repair(log_));
      }
      EXPECT_EQ(offsets(), all_but(0));
      EXPECT_EQ(world_.append(log_)->front().base, whole_.end);
    }
  }
}

}  // namespace
}  // namespace tarn::storage
