#include "formats/sasl/plain.h"

#include <string_view>

#include <gtest/gtest.h>

namespace tarn::sasl {
namespace {

using namespace std::string_view_literals;

TEST(SaslPlain, IsUserAndPassword) {
  for (const auto message : {"\0tim\0tanstaaf"sv, "tim\0tim\0tanstaaf"sv}) {
    const auto read = read_plain(as_bytes(message));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->user, "tim");
    EXPECT_EQ(read->password, "tanstaaf");
  }
}

TEST(SaslPlain, AnythingElseIsRefused) {
  for (const auto message : {""sv, "tim"sv, "\0tim"sv, "\0tim\0"sv, "\0\0secret"sv,
                             "ursel\0tim\0secret"sv, "\0tim\0se\0cret"sv}) {
    EXPECT_FALSE(read_plain(as_bytes(message)));
  }
}

}  // namespace
}  // namespace tarn::sasl
