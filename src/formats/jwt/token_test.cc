#include "formats/jwt/token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"

namespace tarn::jwt {
namespace {

using testing::HasSubstr;

// Made by PyJWT 2 and the Python package cryptography.
constexpr std::string_view kKeys =
    R"({"keys":[{"kty":"RSA","n":"0JDkjHJ-xveSQjmwBhdfliuGT_kRZPY2infI6FNZeYQcMVJ_j9kbB8wV4)"
    "1EFV46smXRZg-6kKn3-v8sMJyBee3hYYhDNb2CtVjwzZoTtaSuqovE9m4Q8XHDwkxq5iZjJp7vlvbp5_JlMm"
    "XL19CurO6K866ae73WyCcsfE-uy8r8mSPpMLVSeWp3cdkwKzci4HxDbTx5KQl4zaqNyD9nuFkPCGt7JYam3s"
    "zVIa1TntrJpMm8kLNFqIr4_IxWO_nOABjqcLMt-ogwqhuSiL3YkcBK-gllPcgRRrtnkl70wXZBZdJ6nVenmP"
    R"(GvjkLJI5ZbCUTt8DzESAXL7liK0Id4qUw","e":"AQAB","kid":"r1","use":"sig","alg":"RS256"},)"
    R"({"kty":"EC","crv":"P-256","x":"wjBl1kpwHgq9SFoBBVfy-Kg6sfBISWsKORn5gWLu2EM","y":"FSn)"
    R"(rJ53CsdbfWfNR3NjjmFNbsM2jYbfe-sNLiROSLlA","kid":"e1"},{"kty":"oct","kid":"h1","k":"M)"
    R"(DEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"},{"kty":"OKP","crv":"Ed25519","x":"11qYA)"
    R"(YKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";
constexpr std::string_view kRs256 =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6InIxIiwidHlwIjoiSldUIn0.eyJzdWIiOiJhbGljZSIsImlzcyI6Imh0"
    "dHBzOi8vaXNzdWVyLmV4YW1wbGUiLCJhdWQiOlsia2Fma2EiLCJ4Il0sImV4cCI6MTgwMDAwMDAwMCwibmJm"
    "IjoxNzAwMDAwMDAwLCJjbGllbnRfaWQiOiJsb2FkZXIifQ.qPwcsTZ3Sa-TqzwdfVZSQlSaQlLkbbpaps8e0"
    "RA7L4SIyE_Svekvjoe0Um5rH0L9n6dw_BHE0EWAQEcE_ZMV06g2ElJ0tt4NimpesZJOKBYX_Vmnm_TDkks3x"
    "164wQzT1OK1wywHYL9sS6oKa6Glk1zv15SE9trzLQzkbPvuJ9lz3G5qLLwcg1wZcrtyB9UzXYKyWMIwep00v"
    "PrlOcRWCNAMc2OQsfXlyKxx1wJVuE1GjeAATkreLxCaER-YNEXojv1rY53PdyxZmza062hSOKSprqh0zQ0g2"
    "uwOthxzP6rbjXYmMwM0pMY7zgaGUrY54LA5jHHb2oWnLJEEqxbSHQ";
constexpr std::string_view kEs256 =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6ImUxIiwidHlwIjoiSldUIn0.eyJzdWIiOiJhbGljZSIsImlzcyI6Imh0"
    "dHBzOi8vaXNzdWVyLmV4YW1wbGUiLCJhdWQiOlsia2Fma2EiLCJ4Il0sImV4cCI6MTgwMDAwMDAwMCwibmJm"
    "IjoxNzAwMDAwMDAwLCJjbGllbnRfaWQiOiJsb2FkZXIifQ.4rzZukq0sb5GejKYypLXLhe_9vKeKwvFArNCt"
    "7gnlmu0yyOA_jWTz-j7Kmgd9z1QR1lXrQrraEf-XFSz9YNU1Q";
constexpr std::string_view kHs256 =
    "eyJhbGciOiJIUzI1NiIsImtpZCI6ImgxIiwidHlwIjoiSldUIn0.eyJzdWIiOiJhbGljZSIsImlzcyI6Imh0"
    "dHBzOi8vaXNzdWVyLmV4YW1wbGUiLCJhdWQiOlsia2Fma2EiLCJ4Il0sImV4cCI6MTgwMDAwMDAwMCwibmJm"
    "IjoxNzAwMDAwMDAwLCJjbGllbnRfaWQiOiJsb2FkZXIifQ.k9Wycg5KXxv3Uw2VPtjYKVCMZBitypIY0y1Ei"
    "5ZqbYE";

const Timestamp kNow = from_unix_millis(1'750'000'000'000);

std::string to_base64url(std::string_view text) {
  std::string encoded = encode_base64(as_bytes(text));
  while (encoded.ends_with('=')) encoded.pop_back();
  for (char& c : encoded) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return encoded;
}

struct Tokens : testing::Test {
  Result<Claims> check(std::string_view token, Timestamp now = kNow) {
    return verify(token, keys, expected, now);
  }
  std::string complaint(std::string_view token, Timestamp now = kNow) {
    const auto checked = check(token, now);
    return checked ? "" : checked.error().message();
  }

  KeySet keys = *KeySet::parse(kKeys);
  Expectations expected{.issuer = "https://issuer.example", .audience = "kafka"};
};

TEST_F(Tokens, OfEachAlgorithmHold) {
  EXPECT_EQ(keys.keys().size(), 3U);
  for (const auto token : {kRs256, kEs256, kHs256}) {
    const auto claims = check(token);
    ASSERT_TRUE(claims) << claims.error().message();
    EXPECT_EQ(claims->principal, "alice");
    EXPECT_EQ(claims->expires, from_unix_millis(1'800'000'000'000));
  }
}

TEST_F(Tokens, AnotherClaimMayNameTheUser) {
  expected.principal = "client_id";
  EXPECT_EQ(check(kRs256)->principal, "loader");
  expected.principal = "email";
  EXPECT_THAT(complaint(kRs256), HasSubstr("does not say whose it is (email)"));
}

TEST_F(Tokens, HoldForTheirTime) {
  const auto seconds = [](int64_t value) { return from_unix_millis(value * 1000); };
  EXPECT_EQ(complaint(kEs256, seconds(1'800'000'029)), "");
  EXPECT_THAT(complaint(kEs256, seconds(1'800'000'030)), HasSubstr("has ended on 2027-01-15"));
  EXPECT_EQ(complaint(kEs256, seconds(1'699'999'970)), "");
  EXPECT_THAT(complaint(kEs256, seconds(1'699'999'969)), HasSubstr("begins to hold on"));
}

TEST_F(Tokens, OfOtherIssuersOrForOtherAudiencesAreRefused) {
  expected.issuer = "https://other.example";
  EXPECT_THAT(complaint(kRs256), HasSubstr("of another issuer"));
  expected = {.audience = "billing"};
  EXPECT_THAT(complaint(kRs256), HasSubstr("for another audience"));
}

TEST_F(Tokens, WithAChangedPartAreRefused) {
  for (const auto token : {kRs256, kEs256, kHs256}) {
    for (const size_t at : {token.find('.') + 9, token.size() - 9}) {
      std::string changed(token);
      changed[at] = changed[at] == 'A' ? 'B' : 'A';
      EXPECT_EQ(complaint(changed), "the token has a wrong signature");
    }
  }
}

TEST_F(Tokens, WithoutASignatureAreRefused) {
  const std::string claims = R"({"sub":"eve","exp":1900000000})";
  for (const auto* algorithm : {"none", "None", "", "HS512"}) {
    const std::string header = R"({"alg":")" + std::string(algorithm) + R"("})";
    EXPECT_THAT(complaint(to_base64url(header) + "." + to_base64url(claims) + "."),
                HasSubstr("signed by no key that is known"));
  }
}

// The old trick: the public key, which everybody has, used as the secret of HS256.
TEST_F(Tokens, CannotChooseTheAlgorithmOfAKey) {
  const std::string_view rest = kRs256.substr(kRs256.find('.'));
  const std::string header = to_base64url(R"({"alg":"HS256","kid":"r1"})");
  EXPECT_THAT(complaint(header + std::string(rest)), HasSubstr("signed by no key that is known"));
}

TEST_F(Tokens, OfAnUnknownKeyAreNamed) {
  const std::string_view rest = kRs256.substr(kRs256.find('.'));
  const std::string header = to_base64url(R"({"alg":"RS256","kid":"r9"})");
  EXPECT_THAT(complaint(header + std::string(rest)), HasSubstr("(RS256, kid r9)"));
}

TEST_F(Tokens, WithExtensionsAreRefused) {
  const std::string_view rest = kRs256.substr(kRs256.find('.'));
  const std::string header = to_base64url(R"({"alg":"RS256","kid":"r1","crit":["b64"]})");
  EXPECT_THAT(complaint(header + std::string(rest)), HasSubstr("(crit)"));
}

TEST_F(Tokens, WhatIsNoneIsRefused) {
  for (const auto* text :
       {"", ".", "..", "a", "a.b", "a.b.c", "a.b.c.d", "e30.e30.e30=", "W10.e30."}) {
    EXPECT_FALSE(check(text)) << text;
  }
}

TEST(KeySet, WhatIsNoneIsRefused) {
  for (const auto& [text, sentence] : std::initializer_list<std::pair<std::string, std::string>>{
           {"", "no key set"},
           {"[]", "no key set"},
           {R"({"keys":[]})", "no key for RS256"},
           {R"({"keys":[7]})", "key 0 is no object"},
           {R"({"keys":[{"kty":"oct","k":"c2hvcnQ"}]})", "at least 256 bits"},
           {R"({"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]})", "at least 2048 bits"},
           {R"({"keys":[{"kty":"RSA","n":"!","e":"AQAB"}]})", "its member n"},
           {R"({"keys":[{"kty":"EC","crv":"P-256","x":"AQAB","y":"AQAB"}]})", "no point of P-256"},
       }) {
    const auto read = KeySet::parse(text);
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().message(), HasSubstr(sentence));
  }
}

}  // namespace
}  // namespace tarn::jwt
