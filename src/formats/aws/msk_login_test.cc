#include "formats/aws/msk_login.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::aws {
namespace {

using testing::HasSubstr;

// Sent by aws-msk-iam-auth 2.3.2 (Java) to these hosts, with the keys below.
constexpr std::string_view kPayload =
    R"({"x-amz-date":"20261121T200932Z","x-amz-signedheaders":"host","x-amz-signature":)"
    R"("3f756b2579570a88d933c81982bc84de35199066543b8ef7eabffaac2d6a9900","host":)"
    R"("b-1.example.kafka.us-east-1.amazonaws.com","action":"kafka-cluster:Connect",)"
    R"("x-amz-expires":"900","version":"2020_10_22","x-amz-algorithm":"AWS4-HMAC-SHA256",)"
    R"("x-amz-credential":"AKIDEXAMPLE/20261121/us-east-1/kafka-cluster/aws4_request",)"
    R"("user-agent":"aws-msk-iam-auth/2.3.2/aws-sdk-java/2.30.23 lang/java#17.0.15"})";
constexpr std::string_view kWithSessionToken =
    R"({"x-amz-date":"20261121T200934Z","x-amz-signedheaders":"host","x-amz-signature":)"
    R"("bf87a12e94d9f16fd402fa9416ac86442213549327f9b4dfcf1ca9ea27600442","host":"localhost",)"
    R"("action":"kafka-cluster:Connect","x-amz-expires":"900","x-amz-security-token":)"
    R"("Fwo/+abc==","version":"2020_10_22","x-amz-algorithm":"AWS4-HMAC-SHA256",)"
    R"("x-amz-credential":"ASIAEXAMPLE/20261121/eu-west-1/kafka-cluster/aws4_request"})";
// By aws-msk-iam-sasl-signer (Python) 1.0.2.
constexpr std::string_view kToken =
    "aHR0cHM6Ly9rYWZrYS51cy1lYXN0LTEuYW1hem9uYXdzLmNvbS8_QWN0aW9uPWthZmthLWNsdXN0ZXIl"
    "M0FDb25uZWN0JlgtQW16LUFsZ29yaXRobT1BV1M0LUhNQUMtU0hBMjU2JlgtQW16LUNyZWRlbnRpYWw9"
    "QUtJREVYQU1QTEUlMkYyMDI2MTEyMSUyRnVzLWVhc3QtMSUyRmthZmthLWNsdXN0ZXIlMkZhd3M0X3Jl"
    "cXVlc3QmWC1BbXotRGF0ZT0yMDI2MTEyMVQyMDE0MTFaJlgtQW16LUV4cGlyZXM9OTAwJlgtQW16LVNp"
    "Z25lZEhlYWRlcnM9aG9zdCZYLUFtei1TaWduYXR1cmU9NWY3N2Q1YjVmZTZhYzZiNDI0MzhjNDk0ODhh"
    "ZjVhYmJlYjI1NTdiMmZmNTQwODAzNjE2ZGQ5ZGY0Mjg3MmY4MiZVc2VyLUFnZW50PWF3cy1tc2staWFt"
    "LXNhc2wtc2lnbmVyLXB5dGhvbiUyRjEuMC4y";

std::optional<std::string> secret_of(const std::string& key) {
  if (key != "AKIDEXAMPLE" && key != "ASIAEXAMPLE") return std::nullopt;
  return "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
}

Result<MskLogin> check(std::string_view payload, std::string_view now = "2026-11-21T20:10:00Z") {
  return verify_msk_payload(as_bytes(payload), secret_of, *parse_iso8601(now));
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result(text);
  return result.replace(result.find(from), from.size(), to);
}

TEST(MskLogin, OfTheJavaLibraryHolds) {
  const auto login = check(kPayload);
  ASSERT_TRUE(login) << login.error().message();
  EXPECT_EQ(login->access_key_id, "AKIDEXAMPLE");
  EXPECT_EQ(to_iso8601(login->until), "2026-11-21T20:24:32Z");
}

TEST(MskLogin, MayHaveASessionToken) {
  EXPECT_TRUE(check(kWithSessionToken));
  EXPECT_FALSE(check(replaced(kWithSessionToken, "Fwo", "fwo")));
}

TEST(MskLogin, EndsWithItsTime) {
  EXPECT_THAT(check(kPayload, "2026-11-21T20:24:33Z").error().message(),
              HasSubstr("was signed at"));
  EXPECT_FALSE(check(kPayload, "2026-11-21T20:04:00Z"));
}

TEST(MskLogin, OfAnUnknownKeyIsRefused) {
  const auto refused = check(replaced(kPayload, "AKIDEXAMPLE", "AKIDUNKNOWN"));
  EXPECT_EQ(refused.error().code(), ErrorCode::permission_denied);
  EXPECT_EQ(refused.error().message(), "nobody knows the access key AKIDUNKNOWN");
}

TEST(MskLogin, ForAnotherHostActionOrServiceIsRefused) {
  for (const auto& [from, to] : {std::pair("b-1.example", "b-2.example"),
                                 {"kafka-cluster:Connect", "kafka-cluster:Delete"},
                                 {"us-east-1/kafka-cluster", "us-east-1/s3"},
                                 {"2020_10_22", "2021_10_22"},
                                 {"\"x-amz-expires\":\"900\",", ""},
                                 {"\"900\"", "900"},
                                 {"3f75", "3f76"},
                                 {"{", "["}}) {
    EXPECT_FALSE(check(replaced(kPayload, from, to))) << from << " " << to;
  }
}

TEST(MskToken, OfThePythonLibraryHolds) {
  const auto login = verify_msk_token(kToken, secret_of, *parse_iso8601("2026-11-21T20:14:11Z"));
  ASSERT_TRUE(login) << login.error().message();
  EXPECT_EQ(login->access_key_id, "AKIDEXAMPLE");
}

TEST(MskToken, AnythingElseIsRefused) {
  const Timestamp now = *parse_iso8601("2026-11-21T20:14:11Z");
  for (const std::string& token :
       {std::string(), std::string("a.b.c"), std::string("aHR0cHM6Ly8_Lz8"),
        std::string(kToken).substr(0, 100), std::string(20'000, 'A')}) {
    EXPECT_FALSE(verify_msk_token(token, secret_of, now)) << token;
  }
}

TEST(MskLogin, IsAnsweredInTheSameVersion) {
  EXPECT_EQ(msk_answer("7"), R"({"version":"2020_10_22","request-id":"7"})");
}

}  // namespace
}  // namespace tarn::aws
