#include "engines/http/content_encoding.h"

#include <gtest/gtest.h>

#include "engines/http/testing/packed.h"

namespace tarn::http {
namespace {

using testing::gzip;
using testing::raw_deflate;
using testing::zlib_deflate;

struct ContentEncoding : ::testing::Test {
  ClientResponse response;
  // The body, or the code of the error.
  std::string unpacked(std::string body, const std::string& encoding, size_t bytes_max = 1 << 20) {
    response = {.status = 200, .body = std::move(body)};
    if (!encoding.empty()) response.headers.add("Content-Encoding", encoding);
    const auto done = unpack(response, bytes_max);
    return done ? response.body : std::string(to_string(done.error().code()));
  }
};

TEST_F(ContentEncoding, WhatIsNotEncodedStays) {
  EXPECT_EQ(unpacked("abc", ""), "abc");
  EXPECT_EQ(unpacked("abc", "identity"), "abc");
}

TEST_F(ContentEncoding, GzipAndBothFormsOfDeflateAreUndone) {
  const std::string plain(200'000, 'x');
  EXPECT_EQ(unpacked(gzip(plain), "gzip"), plain);
  EXPECT_EQ(unpacked(gzip(plain), "X-GZip"), plain);
  EXPECT_EQ(unpacked(zlib_deflate(plain), "deflate"), plain);
  EXPECT_EQ(unpacked(raw_deflate(plain), "deflate"), plain);
  EXPECT_FALSE(response.headers.contains("Content-Encoding"));
}

TEST_F(ContentEncoding, OneAfterTheOtherIsUndoneFromTheLast) {
  EXPECT_EQ(unpacked(gzip(zlib_deflate("abc")), "deflate, gzip"), "abc");
  EXPECT_EQ(unpacked("abc", "gzip, gzip, gzip, gzip"), "unimplemented");
}

TEST_F(ContentEncoding, MembersOfGzipMayFollowOneAnother) {
  EXPECT_EQ(unpacked(gzip("abc") + gzip("def"), "gzip"), "abcdef");
}

TEST_F(ContentEncoding, AnEmptyBodyIsNothingToUnpack) {
  EXPECT_EQ(unpacked("", "gzip"), "");
  EXPECT_EQ(unpacked(gzip(""), "gzip"), "");
}

TEST_F(ContentEncoding, ABombIsRefusedBeforeItFillsTheMemory) {
  const std::string bomb = gzip(std::string(50 << 20, '0'));
  ASSERT_LT(bomb.size(), 100'000U);
  EXPECT_EQ(unpacked(bomb, "gzip", 1 << 20), "resource_exhausted");
  EXPECT_EQ(unpacked(gzip(std::string(1000, 'x')), "gzip", 1000), std::string(1000, 'x'));
  EXPECT_EQ(unpacked(gzip(std::string(1001, 'x')), "gzip", 1000), "resource_exhausted");
}

TEST_F(ContentEncoding, DamageIsNamed) {
  const std::string packed = gzip(std::string(1000, 'x'));
  for (size_t size = 1; size < packed.size(); ++size) {
    EXPECT_EQ(unpacked(packed.substr(0, size), "gzip"), "corrupt") << size;
  }
  EXPECT_EQ(unpacked("{\"a\":1}", "gzip"), "corrupt");
  EXPECT_EQ(unpacked("{\"a\":1}", "deflate"), "corrupt");
}

TEST_F(ContentEncoding, OtherEncodingsAreRefusedByName) {
  EXPECT_EQ(unpacked("abc", "br"), "unimplemented");
}

}  // namespace
}  // namespace tarn::http
