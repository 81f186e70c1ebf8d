#include "services/login/authenticator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/os/testing/manual_clock.h"
#include "services/broker/testing/test_broker.h"

namespace tarn::login {
namespace {

using testing::HasSubstr;

// As in formats/aws and formats/jwt.
constexpr std::string_view kMskPayload =
    R"({"x-amz-date":"20261121T200932Z","x-amz-signedheaders":"host","x-amz-signature":)"
    R"("3f756b2579570a88d933c81982bc84de35199066543b8ef7eabffaac2d6a9900","host":)"
    R"("b-1.example.kafka.us-east-1.amazonaws.com","action":"kafka-cluster:Connect",)"
    R"("x-amz-expires":"900","version":"2020_10_22","x-amz-algorithm":"AWS4-HMAC-SHA256",)"
    R"("x-amz-credential":"AKIDEXAMPLE/20261121/us-east-1/kafka-cluster/aws4_request"})";
constexpr std::string_view kToken =
    "eyJhbGciOiJIUzI1NiIsImtpZCI6ImgxIiwidHlwIjoiSldUIn0.eyJzdWIiOiJhbGljZSIsImlzcyI6Imh0dHBzOi8v"
    "aXNzdWVyLmV4YW1wbGUiLCJhdWQiOlsia2Fma2EiLCJ4Il0sImV4cCI6MTgwMDAwMDAwMCwibmJmIjoxNzAwMDAwMDAw"
    "LCJjbGllbnRfaWQiOiJsb2FkZXIifQ.k9Wycg5KXxv3Uw2VPtjYKVCMZBitypIY0y1Ei5ZqbYE";
constexpr std::string_view kKeys =
    R"({"keys":[{"kty":"oct","kid":"h1","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}]})";

Bytes to_bytes(std::string_view text) {
  const BytesView bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

struct Logins : testing::Test {
  Logins() {
    clock.set(*parse_iso8601("2026-11-21T20:10:00Z"));
    options.aws = {
        {"AKIDEXAMPLE", {.secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", .user = "loader"}}};
    options.tokens = TokenRules{.keys = *jwt::KeySet::parse(kKeys), .expected = {}};
    users.emplace(*broker, broker.io().get_executor(),
                  Users{{"alice", {.credentials = make_credentials("secret")}}});
  }

  // The last step of an exchange of these messages.
  Result<Step> log_in(Mechanism mechanism, const std::vector<std::string>& messages) {
    const Authenticator authenticator(options, *users, pool, clock);
    Exchange exchange(authenticator, mechanism);
    Result<Step> last = Step{};
    for (const auto& message : messages) last = broker.run(exchange.step(to_bytes(message)));
    return last;
  }
  std::string principal(Mechanism mechanism, const std::string& message) {
    const auto step = log_in(mechanism, {message});
    return step && step->done ? step->done->principal : "";
  }
  static std::string plain(const std::string& user, const std::string& password) {
    return std::string(1, '\0') + user + std::string(1, '\0') + password;
  }
  static std::string bearer(std::string_view token) {
    return "n,,\x01"
           "auth=Bearer " +
           std::string(token) + "\x01\x01";
  }

  broker::testing::TestBroker broker;
  runtime::BlockingPool pool{1};
  os::testing::ManualClock clock;
  LoginOptions options;
  std::optional<UserStore> users;
};

TEST_F(Logins, ByPasswordNeedTheRightOne) {
  EXPECT_EQ(principal(Mechanism::plain, plain("alice", "secret")), "User:alice");
  const auto wrong = log_in(Mechanism::plain, {plain("alice", "Secret")});
  const auto nobody = log_in(Mechanism::plain, {plain("nobody", "secret")});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code(), ErrorCode::permission_denied);
  EXPECT_EQ(nobody.error(), wrong.error());
}

TEST_F(Logins, ByScramDoNotTellWhoIsThere) {
  const auto known = log_in(Mechanism::scram_sha_256, {"n,,n=alice,r=abc"});
  const auto unknown = log_in(Mechanism::scram_sha_256, {"n,,n=nobody,r=abc"});
  ASSERT_TRUE(known && unknown);
  EXPECT_EQ(known->answer.size(), unknown->answer.size());
  const std::string proof = ",p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  EXPECT_FALSE(known->done || unknown->done);
  EXPECT_FALSE(log_in(Mechanism::scram_sha_256, {"n,,n=nobody,r=abc", "c=biws,r=x" + proof}));
}

TEST_F(Logins, BySignedTokensEndWithThem) {
  const auto step = log_in(Mechanism::oauthbearer, {bearer(kToken)});
  ASSERT_TRUE(step) << step.error().message();
  EXPECT_EQ(step->done->principal, "User:alice");
  EXPECT_EQ(step->done->until, from_unix_millis(1'800'000'000'000));
  options.tokens.reset();
  EXPECT_THAT(log_in(Mechanism::oauthbearer, {bearer(kToken)}).error().message(),
              HasSubstr("security.oauth"));
}

TEST_F(Logins, ByKeysOfAwsStandForAUser) {
  const auto step = log_in(Mechanism::aws_msk_iam, {std::string(kMskPayload)});
  ASSERT_TRUE(step) << step.error().message();
  EXPECT_EQ(step->done->principal, "User:loader");
  EXPECT_THAT(as_text(step->answer), HasSubstr("2020_10_22"));
  EXPECT_FALSE(step->done->until);
  options.aws.clear();
  EXPECT_FALSE(log_in(Mechanism::aws_msk_iam, {std::string(kMskPayload)}));
}

TEST_F(Logins, HoldNoLongerThanIsSaid) {
  options.lifetime_max = std::chrono::minutes(5);
  const Timestamp end = clock.now() + std::chrono::minutes(5);
  EXPECT_EQ(log_in(Mechanism::plain, {plain("alice", "secret")})->done->until, end);
  EXPECT_EQ(log_in(Mechanism::oauthbearer, {bearer(kToken)})->done->until, end);
  EXPECT_EQ(log_in(Mechanism::aws_msk_iam, {std::string(kMskPayload)})->done->until, end);
}

TEST_F(Logins, AnythingElseIsRefused) {
  for (const auto mechanism : {Mechanism::plain, Mechanism::scram_sha_256, Mechanism::scram_sha_512,
                               Mechanism::oauthbearer, Mechanism::aws_msk_iam}) {
    for (const std::string& noise : {std::string(), std::string("noise"), std::string(5000, 'x')}) {
      EXPECT_FALSE(log_in(mechanism, {noise})) << name_of(mechanism);
    }
  }
}

TEST(Mechanisms, AreFoundByTheirNames) {
  EXPECT_EQ(find_mechanism("SCRAM-SHA-512"), Mechanism::scram_sha_512);
  EXPECT_EQ(find_mechanism("GSSAPI"), std::nullopt);
  EXPECT_EQ(name_of(Mechanism::aws_msk_iam), "AWS_MSK_IAM");
}

}  // namespace
}  // namespace tarn::login
