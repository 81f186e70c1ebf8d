// What a log knows of the transactions of its producers: where the oldest open one begins, and
// which were aborted.
#include <gtest/gtest.h>

#include "engines/storage/testing/storage_world.h"

namespace tarn::storage {
namespace {

using record::TransactionEnd;
using testing::StorageWorld;
using testing::transaction;

constexpr ProducerId kOne(1);
constexpr ProducerId kTwo(2);

class Transactions : public ::testing::Test {
 protected:
  CommitResult send(ProducerId producer, int32_t sequence, int32_t records = 2) {
    return world_.append(log_, {.records = records,
                                .producer = producer,
                                .epoch = 0,
                                .sequence = sequence,
                                .is_transactional = true});
  }
  CommitResult end(ProducerId producer, TransactionEnd how, int16_t epoch = 0) {
    return world_.commit(transaction(StorageWorld::marker(log_, producer, epoch, how)));
  }
  [[nodiscard]] Offset stable() const { return world_.engine->state(log_)->stable; }
  [[nodiscard]] std::vector<AbortedTransaction> aborted(int64_t from, int64_t to) const {
    return world_.engine->aborted(log_, Offset(from), Offset(to));
  }

  StorageWorld world_;
  LogId log_ = world_.create("orders-0");
};

TEST_F(Transactions, HoldTheStableOffsetBackUntilTheyEnd) {
  ASSERT_TRUE(world_.append(log_));
  EXPECT_EQ(stable(), Offset(1));
  ASSERT_TRUE(send(kOne, 0));
  ASSERT_TRUE(send(kTwo, 0));
  ASSERT_TRUE(world_.append(log_));
  EXPECT_EQ(stable(), Offset(1));
  ASSERT_TRUE(end(kOne, TransactionEnd::commit));
  EXPECT_EQ(stable(), Offset(3));
  ASSERT_TRUE(end(kTwo, TransactionEnd::abort));
  EXPECT_EQ(stable(), Offset(8));
  EXPECT_EQ(world_.engine->state(log_)->end, Offset(8));
}

TEST_F(Transactions, TheAbortedOnesAreKnownByTheRangeTheyLieIn) {
  ASSERT_TRUE(send(kOne, 0));                      // 0, 1
  ASSERT_TRUE(send(kTwo, 0));                      // 2, 3
  ASSERT_TRUE(end(kOne, TransactionEnd::abort));   // 4
  ASSERT_TRUE(end(kTwo, TransactionEnd::commit));  // 5
  ASSERT_TRUE(send(kTwo, 2));                      // 6, 7
  ASSERT_TRUE(end(kTwo, TransactionEnd::abort));   // 8
  const AbortedTransaction first{kOne, Offset(0), Offset(4), Offset(2)};
  const AbortedTransaction second{kTwo, Offset(6), Offset(8), Offset(9)};
  EXPECT_EQ(aborted(0, 9), (std::vector{first, second}));
  EXPECT_EQ(aborted(0, 6), std::vector{first});
  EXPECT_EQ(aborted(5, 9), std::vector{second});
  EXPECT_TRUE(aborted(5, 6).empty());
}

TEST_F(Transactions, AMarkerWithoutATransactionChangesNothing) {
  ASSERT_TRUE(end(kOne, TransactionEnd::abort));
  EXPECT_EQ(stable(), Offset(1));
  EXPECT_TRUE(aborted(0, 1).empty());
}

TEST_F(Transactions, AMarkerOfANewEpochFencesTheProducer) {
  ASSERT_TRUE(send(kOne, 0));
  ASSERT_TRUE(end(kOne, TransactionEnd::abort, 1));
  EXPECT_EQ(stable(), Offset(3));
  const auto late = send(kOne, 2);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().reason, RefusalReason::invalid_producer_epoch);
}

TEST_F(Transactions, APlainBatchInTheMiddleIsRefused) {
  ASSERT_TRUE(send(kOne, 0));
  const auto plain = world_.append(log_, {.producer = kOne, .epoch = 0, .sequence = 2});
  ASSERT_FALSE(plain);
  EXPECT_EQ(plain.error().reason, RefusalReason::invalid_transaction);
}

TEST_F(Transactions, SequencesGoOnAfterTheMarker) {
  ASSERT_TRUE(send(kOne, 0));
  ASSERT_TRUE(end(kOne, TransactionEnd::commit));
  EXPECT_FALSE(send(kOne, 3));
  EXPECT_TRUE(send(kOne, 0)->front().is_duplicate);
  EXPECT_TRUE(send(kOne, 2));
}

TEST_F(Transactions, ADuplicateDoesNotOpenTheTransactionAgain) {
  ASSERT_TRUE(send(kOne, 0));
  ASSERT_TRUE(end(kOne, TransactionEnd::commit));
  ASSERT_TRUE(send(kOne, 0)->front().is_duplicate);
  EXPECT_EQ(stable(), Offset(3));
}

TEST_F(Transactions, ARefusedStepLeavesNoTrace) {
  ASSERT_TRUE(send(kOne, 0));
  EXPECT_FALSE(world_.commit(transaction(
      StorageWorld::marker(log_, kOne, 0, TransactionEnd::abort),
      StorageWorld::step(log_,
                         {.producer = kTwo, .epoch = 0, .sequence = 0, .is_transactional = true}),
      SetLogStart{log_, Offset(99)})));
  EXPECT_EQ(stable(), Offset(0));
  EXPECT_TRUE(aborted(0, 9).empty());
  EXPECT_EQ(send(kOne, 2)->front().base, Offset(2));
}

TEST_F(Transactions, SurviveACrashAndACleanStop) {
  ASSERT_TRUE(send(kTwo, 0));
  ASSERT_TRUE(send(kOne, 0));
  ASSERT_TRUE(end(kTwo, TransactionEnd::abort));
  const auto known = aborted(0, 9);
  world_.kill();
  world_.reopen();
  EXPECT_EQ(stable(), Offset(2));
  EXPECT_EQ(aborted(0, 9), known);
  world_.reopen();
  EXPECT_EQ(stable(), Offset(2));
  EXPECT_EQ(aborted(0, 9), known);
  ASSERT_TRUE(end(kOne, TransactionEnd::commit));
  EXPECT_EQ(stable(), Offset(6));
}

TEST_F(Transactions, AnOpenOneIsNotForgottenHoweverLongItsProducerIsSilent) {
  ASSERT_TRUE(send(kOne, 0));
  world_.clock.advance(world_.options.producer_expiration * 3);
  ASSERT_TRUE(world_.engine->checkpoint());
  EXPECT_EQ(stable(), Offset(0));
  ASSERT_TRUE(end(kOne, TransactionEnd::commit));
  EXPECT_EQ(stable(), Offset(3));
  world_.clock.advance(world_.options.producer_expiration * 3);
  ASSERT_TRUE(world_.engine->checkpoint());
  EXPECT_TRUE(world_.engine->producers(log_)->empty());
}

TEST_F(Transactions, WhatLiesBeforeTheLogStartIsForgotten) {
  ASSERT_TRUE(send(kOne, 0));
  ASSERT_TRUE(end(kOne, TransactionEnd::abort));
  ASSERT_TRUE(send(kOne, 2));
  ASSERT_TRUE(world_.commit(transaction(SetLogStart{log_, Offset(4)})));
  EXPECT_TRUE(aborted(0, 9).empty());
  EXPECT_EQ(stable(), Offset(4));
}

TEST_F(Transactions, ProducersAreShownAsTheyStand) {
  ASSERT_TRUE(send(kOne, 0, 3));
  const auto producers = world_.engine->producers(log_);
  ASSERT_TRUE(producers);
  ASSERT_EQ(producers->size(), 1U);
  EXPECT_EQ(producers->front().id, kOne);
  EXPECT_EQ(producers->front().last_sequence, 2);
  EXPECT_EQ(producers->front().transaction, Offset(0));
  EXPECT_EQ(world_.engine->producers(LogId(99)).error().code(), ErrorCode::not_found);
}

}  // namespace
}  // namespace tarn::storage
