#include "formats/sasl/scram.h"

#include <gtest/gtest.h>

#include "base/base64.h"

namespace tarn::sasl {
namespace {

// The exchange of RFC 7677, section 3.
constexpr std::string_view kFirst = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
constexpr std::string_view kServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
constexpr std::string_view kChallenge =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
constexpr std::string_view kFinal =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
constexpr std::string_view kProof = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

ScramCredential credential(std::string_view password = "pencil") {
  return make_credential(ScramHash::sha256, password, *decode_base64("W22ZaJ0SNY7soEsUEjb6gQ=="));
}

ScramServer server() {
  return {ScramHash::sha256, std::string(kServerNonce)};
}

TEST(Scram, IsThatOfTheRfc) {
  auto exchange = server();
  EXPECT_EQ(*exchange.read_user(as_bytes(kFirst)), "user");
  EXPECT_EQ(exchange.challenge(credential()), kChallenge);
  EXPECT_EQ(*exchange.verify(as_bytes(kFinal)), kProof);
}

TEST(Scram, AWrongPasswordIsRefused) {
  auto exchange = server();
  ASSERT_TRUE(exchange.read_user(as_bytes(kFirst)));
  exchange.challenge(credential("pen"));
  EXPECT_EQ(exchange.verify(as_bytes(kFinal)).error().code(), ErrorCode::permission_denied);
}

TEST(Scram, NamesMayHaveCommasAndExtensionsFollow) {
  EXPECT_EQ(*server().read_user(as_bytes("n,a=a=2Cb=3D,n=a=2Cb=3D,r=x,tokenauth=true")), "a,b=");
}

TEST(Scram, AFirstMessageThatIsNoneIsRefused) {
  for (const char* first :
       {"", "n", "n,,", "n,,n=user", "n,,n=,r=x", "n,,n=user,r=", "p=tls-unique,,n=user,r=x",
        "n,a=other,n=user,r=x", "n,,n=us=4Der,r=x", "n,,r=x,n=user", "n,,n=user,r=x\n"}) {
    EXPECT_EQ(server().read_user(as_bytes(first)).error().code(), ErrorCode::invalid_argument)
        << first;
  }
}

TEST(Scram, AFinalMessageThatDoesNotFitIsRefused) {
  const std::string good(kFinal);
  for (const auto& [from, to] : {std::pair("c=biws", "c=eSws"),
                                 {"$k0,", "$k1,"},
                                 {",p=", ",q="},
                                 {"p=dHzb", "p=d!zb"},
                                 {"p=dHzb", "p="}}) {
    auto exchange = server();
    ASSERT_TRUE(exchange.read_user(as_bytes(kFirst)));
    exchange.challenge(credential());
    std::string bad = good;
    bad.replace(bad.find(from), std::string_view(from).size(), to);
    EXPECT_EQ(exchange.verify(as_bytes(bad)).error().code(), ErrorCode::invalid_argument) << bad;
  }
}

TEST(Scram, TheClientsPartOfTheNonceIsHeldByItsSignature) {
  auto exchange = server();
  ASSERT_TRUE(exchange.read_user(as_bytes(kFirst)));
  exchange.challenge(credential());
  std::string bad(kFinal);
  bad.replace(bad.find("r=rOpr"), 6, "r=rOpx");
  EXPECT_EQ(exchange.verify(as_bytes(bad)).error().code(), ErrorCode::permission_denied);
}

TEST(Scram, ACredentialOfASaltedPasswordIsTheSame) {
  // PBKDF2 of "pencil" with the salt above.
  const auto salted = *decode_base64("xKSVEDI6tPlSysH6mUQZOeeOp01r6B3fcJbodRPcYV0=");
  EXPECT_EQ(credential_of(ScramHash::sha256, salted, *decode_base64("W22ZaJ0SNY7soEsUEjb6gQ=="),
                          kScramIterationsMin),
            credential());
}

TEST(Scram, Sha512HasLongerKeys) {
  const auto made = make_credential(ScramHash::sha512, "pencil", Bytes(16));
  EXPECT_EQ(made.stored_key.size(), 64U);
  EXPECT_EQ(made.server_key.size(), 64U);
}

}  // namespace
}  // namespace tarn::sasl
