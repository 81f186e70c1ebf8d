#include "engines/storage/log_record.h"

#include <gtest/gtest.h>

#include "engines/storage/testing/batches.h"

namespace tarn::storage {
namespace {

using std::chrono::hours;

class Record : public ::testing::Test {
 protected:
  Record() { log_.config.segment_bytes = 250; }

  // 100 bytes, one record.
  void append() {
    auto header = *record::read_batch_header(testing::make_batch({.payload_bytes = 39}));
    header.base_offset = log_.end;
    header.leader_epoch = log_.epoch();
    apply_append(log_, place_next(log_, header.total_bytes, now_), {.header = header, .ends = {}},
                 now_, hours(1));
  }
  [[nodiscard]] std::vector<int64_t> bases() const {
    std::vector<int64_t> bases;
    for (const SegmentInfo& segment : log_.segments) bases.push_back(segment.base.value());
    return bases;
  }

  LogRecord log_ = new_log(LogId(1), "orders-0", {});
  Timestamp now_ = from_unix_millis(1'000'000);
};

TEST_F(Record, RollsWhenASegmentIsFull) {
  for (int i = 0; i < 5; ++i) append();
  EXPECT_EQ(bases(), (std::vector<int64_t>{0, 2, 4}));
  EXPECT_EQ(log_.bytes(), 500U);
}

TEST_F(Record, RollsWhenASegmentIsOld) {
  log_.config.segment_age = hours(1);
  append();
  now_ += hours(1);
  append();
  EXPECT_EQ(bases(), (std::vector<int64_t>{0, 1}));
}

TEST_F(Record, ABatchLargerThanASegmentHasOneOfItsOwn) {
  log_.config.segment_bytes = 10;
  append();
  append();
  EXPECT_EQ(bases(), (std::vector<int64_t>{0, 1}));
}

TEST_F(Record, ALogStartDropsWholeSegmentsOnly) {
  for (int i = 0; i < 5; ++i) append();
  EXPECT_EQ(apply_log_start(log_, Offset(3)), std::vector<Offset>{Offset(0)});
  EXPECT_EQ(bases(), (std::vector<int64_t>{2, 4}));
  EXPECT_EQ(log_.start, Offset(3));
}

TEST_F(Record, ALogStartAtTheEndDropsEverythingAndOffsetsGoOn) {
  for (int i = 0; i < 5; ++i) append();
  apply_log_start(log_, Offset(5));
  EXPECT_TRUE(log_.segments.empty());
  append();
  EXPECT_EQ(bases(), std::vector<int64_t>{5});
}

TEST_F(Record, RetentionByAgeAsksTheBrokersClock) {
  log_.config.retention_age = hours(1);
  append();
  append();
  now_ += hours(1);
  append();
  EXPECT_EQ(retain(log_, now_).start, std::nullopt);
  EXPECT_EQ(retain(log_, now_ + Millis(1)).start, Offset(2));
}

TEST_F(Record, RetentionRemovesTheLastSegmentTooWhenItIsOld) {
  log_.config.retention_age = hours(1);
  append();
  EXPECT_EQ(retain(log_, now_ + hours(2)).start, Offset(1));
}

TEST_F(Record, AClockSetBackRemovesNothing) {
  log_.config.retention_age = hours(1);
  append();
  EXPECT_EQ(retain(log_, now_ - hours(1000)).start, std::nullopt);
}

TEST_F(Record, RetentionBySizeKeepsAtLeastThatMuchAndTheLastSegment) {
  for (int i = 0; i < 5; ++i) append();
  log_.config.retention_bytes = 300;
  EXPECT_EQ(retain(log_, now_).start, Offset(2));
  log_.config.retention_bytes = 0;
  EXPECT_EQ(retain(log_, now_).start, Offset(4));
}

TEST_F(Record, WhatIsHeldStaysAndIsCounted) {
  for (int i = 0; i < 5; ++i) append();
  log_.config.retention_bytes = 0;
  const auto held = retain(log_, now_, Offset(3));
  EXPECT_EQ(held.start, Offset(2)) << "the segment of the held record stays whole";
  EXPECT_EQ(held.held_bytes, log_.segments[1].bytes);
  EXPECT_EQ(retain(log_, now_, Offset(0)).start, std::nullopt);
  EXPECT_EQ(retain(log_, now_, Offset(5)).held_bytes, 0U);
}

TEST_F(Record, AHeldLastSegmentDoesNotExpire) {
  log_.config.retention_age = hours(1);
  append();
  EXPECT_EQ(retain(log_, now_ + hours(2), Offset(0)).start, std::nullopt);
  EXPECT_EQ(retain(log_, now_ + hours(2), Offset(1)).start, Offset(1));
}

TEST_F(Record, EpochsMoveOnAndAreTrimmed) {
  append();
  apply_epoch_bump(log_);
  apply_epoch_bump(log_);
  append();
  EXPECT_EQ(log_.epochs,
            (std::vector<EpochStart>{{LeaderEpoch(0), Offset(0)}, {LeaderEpoch(2), Offset(1)}}));
  apply_log_start(log_, Offset(2));
  EXPECT_EQ(log_.epochs, (std::vector<EpochStart>{{LeaderEpoch(2), Offset(2)}}));
}

TEST_F(Record, FoldersHaveNamesThatNoFileSystemMinds) {
  EXPECT_EQ(log_folder(LogId(7), "orders.v1-0"), "orders.v1-0.7");
  EXPECT_EQ(log_folder(LogId(7), "../../etc/passwd"), ".._.._etc_passwd.7");
  EXPECT_LE(log_folder(LogId(7), std::string(1000, 'x')).size(), 255U);
}

}  // namespace
}  // namespace tarn::storage
