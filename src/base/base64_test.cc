#include "base/base64.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace tarn {
namespace {

TEST(Base64, IsThatOfTheRfc) {
  const std::pair<std::string_view, std::string_view> kVectors[] = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"},
                                                                    {"\xff\x01", "/wE="}};
  for (const auto& [plain, encoded] : kVectors) {
    EXPECT_EQ(encode_base64(as_bytes(plain)), encoded);
    const auto decoded = decode_base64(encoded);
    ASSERT_TRUE(decoded) << encoded;
    EXPECT_EQ(as_text(*decoded), plain);
  }
}

TEST(Base64, AnythingElseIsRefused) {
  for (const char* text :
       {"Zg", "Zg=", "Zh==", "Zm9v=", "Z", "Zm 9v", "Zm9v\n", "=", "Zm_v", "Zg==Zg=="}) {
    EXPECT_FALSE(decode_base64(text)) << text;
  }
}

TEST(Base64, OfUrlsHasNoPaddingAndTwoOtherDigits) {
  EXPECT_EQ(as_text(*decode_base64url("_wE")), "\xff\x01");
  EXPECT_EQ(as_text(*decode_base64url("-_8")), "\xfb\xff");
  EXPECT_EQ(as_text(*decode_base64url("")), "");
  for (const char* text : {"/wE", "+_8", "_wE=", "_", "_wF", "a b"}) {
    EXPECT_FALSE(decode_base64url(text)) << text;
  }
}

TEST(Base64, IsForWhatIsNoText) {
  EXPECT_EQ(text_or_base64(as_bytes("é")), "é");
  EXPECT_EQ(text_or_base64(as_bytes("\xff\x01")), "base64:/wE=");
}

TEST(Utf8, IsThatOfTheRfc) {
  EXPECT_TRUE(is_utf8("Peña €"));
  for (const char* no_text :
       {"\xff", "\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82"}) {
    EXPECT_FALSE(is_utf8(no_text));
  }
}

}  // namespace
}  // namespace tarn
