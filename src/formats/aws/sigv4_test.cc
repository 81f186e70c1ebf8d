#include "formats/aws/sigv4.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/sha256.h"

namespace tarn::aws {
namespace {

using testing::HasSubstr;

constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

struct Vector {
  SignedRequest request;
  std::string authorization;
  std::string date;
};

// A request of AWS's test suite: its lines end in '\n' and its targets are not encoded.
Vector read_vector(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  std::getline(file, line);
  Vector vector;
  const size_t target = line.find(' ') + 1;
  const size_t end = line.rfind(" HTTP/1.1");
  vector.request.method = line.substr(0, target - 1);
  const std::string whole = line.substr(target, end - target);
  vector.request.path = whole.substr(0, whole.find('?'));
  if (whole.contains('?')) vector.request.query = whole.substr(whole.find('?') + 1);
  while (std::getline(file, line) && !line.empty()) {
    if (line.starts_with(' ')) {  // an old way to write a long value
      vector.request.headers.back().second += line;
      continue;
    }
    const std::string name = line.substr(0, line.find(':'));
    const std::string value = line.substr(name.size() + 1);
    if (name == "Authorization") {
      vector.authorization = value.substr(1);
    } else {
      vector.request.headers.emplace_back(name, value);
    }
    if (name == "X-Amz-Date") vector.date = value;
  }
  std::ostringstream body;
  body << file.rdbuf();
  vector.request.payload_hash = sha256_hex(as_bytes(body.str()));
  return vector;
}

TEST(SigV4, AllRequestsOfAwsVerify) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/golden/sigv4")) {
    if (entry.path().extension() != ".txt") continue;
    auto vector = read_vector(entry.path());
    const auto signature = read_authorization(vector.authorization, vector.date);
    ASSERT_TRUE(signature) << entry.path();
    EXPECT_EQ(sign(vector.request, *signature, kSecret), signature->hex) << entry.path();
    EXPECT_TRUE(verify(vector.request, *signature, kSecret, signature->at)) << entry.path();
    vector.request.method += "x";
    EXPECT_FALSE(verify(vector.request, *signature, kSecret, signature->at)) << entry.path();
    ++count;
  }
  EXPECT_GE(count, 30);
}

// A URL that botocore has presigned for MSK.
struct Presigned : testing::Test {
  std::string query =
      "Action=kafka-cluster%3AConnect&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
      "AKIDEXAMPLE%2F20250101%2Fus-east-1%2Fkafka-cluster%2Faws4_request&X-Amz-Date="
      "20250101T000000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature="
      "9b8f474d37276fea2751f999c5b6dca3020e6954c016bb92f4b495cb0cc113c5";
  Timestamp signed_at = *parse_iso8601("2025-01-01T00:00:00Z");

  Status check(Timestamp now, std::string_view secret = kSecret) {
    const auto signature = read_presigned(query);
    if (!signature) return signature.error();
    return verify({.query = query,
                   .headers = {{"Host", "kafka.us-east-1.amazonaws.com"}},
                   .payload_hash = std::string(kHashOfNothing)},
                  *signature, secret, now);
  }
  void replace(std::string_view from, std::string_view to) {
    query.replace(query.find(from), from.size(), to);
  }
};

TEST_F(Presigned, HoldsForItsTime) {
  EXPECT_TRUE(check(signed_at));
  EXPECT_TRUE(check(signed_at + std::chrono::seconds(900)));
  EXPECT_TRUE(check(signed_at - std::chrono::minutes(4)));
  EXPECT_FALSE(check(signed_at - std::chrono::minutes(6)));
  const auto late = check(signed_at + std::chrono::seconds(901));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), ErrorCode::permission_denied);
  EXPECT_THAT(late.error().message(), HasSubstr("signed at 2025-01-01T00:00:00Z"));
}

TEST_F(Presigned, AnotherSecretIsRefused) {
  EXPECT_EQ(check(signed_at, "guess").error().code(), ErrorCode::permission_denied);
}

TEST_F(Presigned, WhatIsChangedAfterwardsIsRefused) {
  replace("X-Amz-Expires=900", "X-Amz-Expires=90000");
  EXPECT_EQ(check(signed_at).error().code(), ErrorCode::permission_denied);
}

TEST_F(Presigned, WhatIsMalformedIsRefused) {
  const std::string good = query;
  for (const auto& [from, to] : {std::pair("Expires=900", "Expires=0"),
                                 {"Expires=900", "Expires=9999999"},
                                 {"Expires=900", "Expires=9x"},
                                 {"SHA256", "SHA1"},
                                 {"aws4_request", "aws5_request"},
                                 {"Date=2025", "Date=x025"},
                                 {"Headers=host", "Headers=Host"},
                                 {"Headers=host", "Headers=date"},
                                 {"%2F20250101", "%2F20250102"},
                                 {"Signature=9b", "Signature=9B"},
                                 {"%3A", "%x"},
                                 {"X-Amz-Date", "X-Amz-Day"}}) {
    query = good;
    replace(from, to);
    const auto refused = check(signed_at);
    ASSERT_FALSE(refused) << from << to;
    EXPECT_EQ(refused.error().code(), ErrorCode::invalid_argument) << from << to;
  }
}

TEST(SigV4, TheCanonicalFormHasItsOwnEncoding) {
  EXPECT_EQ(percent_encode("a b+c/~_-.\xc3\xa9"), "a%20b%2Bc%2F~_-.%C3%A9");
  EXPECT_FALSE(decode_query("a=%g1"));
  EXPECT_FALSE(decode_query("a=%"));
  EXPECT_EQ(decode_query("a=b%20c&d&=e")->size(), 3U);
}

}  // namespace
}  // namespace tarn::aws
