#include "engines/storage/tail_cache.h"

#include <gtest/gtest.h>

namespace tarn::storage {
namespace {

class Cache : public ::testing::Test {
 protected:
  // Two records, 10 bytes.
  void insert(LogId log, int64_t base) {
    cache_.insert(log, Offset(base), Offset(base + 2), SharedBytes(Bytes(10)));
  }
  // The offset after what is found; -1: nothing.
  int64_t read(LogId log, int64_t from, size_t bytes_max = 1000, int64_t end = 1000) {
    const auto found = cache_.read(log, Offset(from), Offset(end), bytes_max);
    return found ? found->next.value() : -1;
  }

  const LogId a_{1};
  const LogId b_{2};
  TailCache cache_{40};
};

TEST_F(Cache, GivesTheBatchThatContainsTheOffsetAndThoseAfterIt) {
  insert(a_, 0);
  insert(a_, 2);
  EXPECT_EQ(read(a_, 1), 4);
  EXPECT_EQ(read(a_, 3), 4);
  EXPECT_EQ(read(a_, 4), -1);
  EXPECT_EQ(read(b_, 0), -1);
}

TEST_F(Cache, GivesOneBatchAtLeastAndNoMoreThanAskedFor) {
  insert(a_, 0);
  insert(a_, 2);
  EXPECT_EQ(read(a_, 0, 1), 2);
  EXPECT_EQ(read(a_, 0, 20), 4);
}

TEST_F(Cache, GivesNothingBeyondTheEnd) {
  insert(a_, 0);
  insert(a_, 2);
  EXPECT_EQ(read(a_, 0, 1000, 2), 2);
  EXPECT_EQ(read(a_, 2, 1000, 2), -1);
}

TEST_F(Cache, WhatWasCompactedGoesAndTheRestStays) {
  insert(a_, 0);
  insert(b_, 0);
  insert(a_, 2);
  cache_.drop_before(a_, Offset(2));
  EXPECT_EQ(read(a_, 0), -1);
  EXPECT_EQ(read(a_, 2), 4);
  EXPECT_EQ(read(b_, 0), 2);
  EXPECT_EQ(cache_.bytes(), 20U);
  for (int i = 2; i < 5; ++i) insert(b_, 2 * i);  // the oldest are the right ones
  EXPECT_EQ(read(b_, 0), -1);
  EXPECT_EQ(read(a_, 2), 4);
}

TEST_F(Cache, TheOldestGoFirstWhateverTheirLog) {
  insert(a_, 0);
  insert(b_, 0);
  insert(b_, 2);
  insert(b_, 4);
  insert(b_, 6);
  EXPECT_EQ(read(a_, 0), -1);
  EXPECT_EQ(read(b_, 0), 8);
  EXPECT_EQ(cache_.bytes(), 40U);
}

TEST_F(Cache, ABatchLargerThanAllOfItIsNotKept) {
  cache_.insert(a_, Offset(0), Offset(1), SharedBytes(Bytes(41)));
  EXPECT_EQ(cache_.bytes(), 0U);
  EXPECT_EQ(read(a_, 0), -1);
}

TEST_F(Cache, DroppingALogFreesItsBytes) {
  insert(a_, 0);
  insert(b_, 0);
  insert(a_, 2);
  cache_.drop(a_);
  EXPECT_EQ(cache_.bytes(), 10U);
  for (int64_t base = 2; base < 20; base += 2) insert(b_, base);
  EXPECT_EQ(cache_.bytes(), 40U);
}

}  // namespace
}  // namespace tarn::storage
