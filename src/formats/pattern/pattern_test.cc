#include "formats/pattern/pattern.h"

#include <gtest/gtest.h>

namespace tarn::pattern {
namespace {

bool matches(std::string_view expression, std::string_view text) {
  const auto pattern = Pattern::compile(expression);
  return pattern && pattern->matches(text);
}

TEST(Pattern, MatchesTheWholeText) {
  EXPECT_TRUE(matches("flights-.*", "flights-eu"));
  EXPECT_FALSE(matches("flights", "flights-eu"));
  EXPECT_FALSE(matches("eu", "flights-eu"));
}

TEST(Pattern, AlternativesAreWholeTexts) {
  EXPECT_TRUE(matches("a|bc", "bc"));
  EXPECT_FALSE(matches("a|bc", "ac"));
}

TEST(Pattern, WhatRe2DoesNotKnowIsRefusedWithAReason) {
  for (const std::string_view wrong : {"(", "[a", "a**", R"((a)\1)", "(?=a)"}) {
    const auto pattern = Pattern::compile(wrong);
    ASSERT_FALSE(pattern) << wrong;
    EXPECT_EQ(pattern.error().code(), ErrorCode::invalid_argument);
    EXPECT_NE(pattern.error().message().find("RE2"), std::string::npos);
  }
}

TEST(Pattern, AnExpressionThatWouldTakeTooMuchMemoryIsRefused) {
  EXPECT_FALSE(Pattern::compile("((a{100}){100}){100}"));
}

}  // namespace
}  // namespace tarn::pattern
