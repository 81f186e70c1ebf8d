#include "base/error.h"

#include <memory>

#include <gtest/gtest.h>

namespace tarn {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return Error(ErrorCode::invalid_argument, "odd");
  return value / 2;
}
Result<int> quarter(int value) {
  return TRY(half(TRY(half(value))));
}
Status both(int a, int b) {
  TRY(half(a));
  TRY(Status(half(b) ? Status() : Status(Error(ErrorCode::not_found, "b"))));
  return {};
}

TEST(Error, TryUnwrapsOrReturns) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error().message(), "odd");
  EXPECT_TRUE(both(2, 2));
  EXPECT_EQ(both(2, 1).error().code(), ErrorCode::not_found);
}

TEST(Error, TryMovesTheValueOut) {
  auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(5); };
  auto use = [&]() -> Result<int> {
    auto owned = TRY(make());
    return *owned;
  };
  EXPECT_EQ(*use(), 5);
}

TEST(Error, ContextGoesInFront) {
  EXPECT_EQ(half(1).with_context("halving 1").error().message(), "halving 1: odd");
}

}  // namespace
}  // namespace tarn
