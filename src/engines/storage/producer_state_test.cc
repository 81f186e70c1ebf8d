#include "engines/storage/producer_state.h"

#include <limits>

#include <gtest/gtest.h>

#include "engines/storage/testing/batches.h"

namespace tarn::storage {
namespace {

constexpr int32_t kMax = std::numeric_limits<int32_t>::max();

class Producers : public ::testing::Test {
 protected:
  static record::BatchHeader batch(int32_t sequence, int32_t records = 1, int16_t epoch = 0) {
    return *record::read_batch_header(testing::make_batch(
        {.records = records, .producer = ProducerId(1), .epoch = epoch, .sequence = sequence}));
  }
  // "ok", "duplicate of N", or the reason of the refusal.
  std::string send(const record::BatchHeader& header) {
    const auto verdict = table_.check(header, now_, kExpiration);
    if (!verdict) return name_of(verdict.error().reason);
    if (*verdict) return "duplicate of " + std::to_string((*verdict)->value());
    auto stored = header;
    stored.base_offset = Offset(next_);
    next_ += header.last_offset_delta + 1;
    table_.append({.header = stored, .ends = {}}, now_, kExpiration);
    return "ok";
  }
  static std::string name_of(RefusalReason reason) {
    switch (reason) {
      case RefusalReason::out_of_order_sequence:
        return "out of order";
      case RefusalReason::duplicate_sequence:
        return "old duplicate";
      case RefusalReason::invalid_producer_epoch:
        return "fenced";
      default:
        return "other";
    }
  }

  static constexpr Millis kExpiration = std::chrono::hours(1);
  ProducerTable table_;
  Timestamp now_ = from_unix_millis(1'000'000);
  int64_t next_ = 100;
};

TEST_F(Producers, ADuplicateGetsTheOffsetOfItsOriginal) {
  EXPECT_EQ(send(batch(0, 3)), "ok");
  EXPECT_EQ(send(batch(3)), "ok");
  EXPECT_EQ(send(batch(0, 3)), "duplicate of 100");
  EXPECT_EQ(send(batch(3)), "duplicate of 103");
}

TEST_F(Producers, AGapIsRefused) {
  EXPECT_EQ(send(batch(0)), "ok");
  EXPECT_EQ(send(batch(2)), "out of order");
  EXPECT_EQ(send(batch(1)), "ok");
}

TEST_F(Producers, OnlyTheLastFiveBatchesAreKnown) {
  for (int32_t sequence = 0; sequence < 6; ++sequence) EXPECT_EQ(send(batch(sequence)), "ok");
  EXPECT_EQ(send(batch(1)), "duplicate of 101");
  EXPECT_EQ(send(batch(0)), "old duplicate");
}

TEST_F(Producers, ABatchThatOverlapsIsOutOfOrder) {
  EXPECT_EQ(send(batch(0, 3)), "ok");
  EXPECT_EQ(send(batch(2, 3)), "out of order");
}

TEST_F(Producers, SequencesWrapToZero) {
  EXPECT_EQ(send(batch(kMax - 1, 2)), "ok");
  EXPECT_EQ(send(batch(0)), "ok");
  EXPECT_EQ(send(batch(kMax - 1, 2)), "duplicate of 100");
  EXPECT_EQ(send(batch(2)), "out of order");
}

TEST_F(Producers, ABatchMayWrapInTheMiddle) {
  EXPECT_EQ(send(batch(kMax, 3)), "ok");
  EXPECT_EQ(send(batch(2)), "ok");
  EXPECT_EQ(send(batch(kMax, 3)), "duplicate of 100");
}

TEST_F(Producers, AnUnknownProducerMayStartAnywhere) {
  EXPECT_EQ(send(batch(42)), "ok");
  EXPECT_EQ(send(batch(43)), "ok");
}

TEST_F(Producers, ANewEpochStartsAtZeroAndFencesTheOld) {
  EXPECT_EQ(send(batch(0)), "ok");
  EXPECT_EQ(send(batch(1, 1, 1)), "out of order");
  EXPECT_EQ(send(batch(0, 1, 1)), "ok");
  EXPECT_EQ(send(batch(1, 1, 0)), "fenced");
  EXPECT_EQ(send(batch(0, 1, 1)), "duplicate of 101");
}

TEST_F(Producers, AMarkerHasNoSequenceAndFences) {
  EXPECT_EQ(send(batch(0)), "ok");
  const auto marker = *record::read_batch_header(testing::make_batch(
      {.producer = ProducerId(1), .epoch = 1, .sequence = -1, .is_control = true}));
  EXPECT_EQ(send(marker), "ok");
  EXPECT_EQ(send(batch(1, 1, 0)), "fenced");
  EXPECT_EQ(send(batch(0, 1, 1)), "ok");
}

TEST_F(Producers, SilenceIsForgottenByTheBrokersClock) {
  EXPECT_EQ(send(batch(0)), "ok");
  now_ += kExpiration;
  EXPECT_EQ(send(batch(5)), "out of order");
  now_ += Millis(1);
  EXPECT_EQ(send(batch(5)), "ok");
  EXPECT_EQ(send(batch(5)), "duplicate of 101");
  EXPECT_EQ(send(batch(0)), "old duplicate");
}

TEST_F(Producers, PlainBatchesAreNeverDuplicates) {
  const auto plain = *record::read_batch_header(testing::make_batch({}));
  EXPECT_EQ(send(plain), "ok");
  EXPECT_EQ(send(plain), "ok");
  EXPECT_TRUE(table_.entries().empty());
}

}  // namespace
}  // namespace tarn::storage
