#include "platform/tls/server_identity.h"

#include <gtest/gtest.h>

#include "platform/tls/testing/certificates.h"

namespace tarn::tls {
namespace {

// What is wrong with an identity of these texts.
std::string complaint(const IdentityTexts& texts) {
  const auto made = ServerIdentity::make(texts);
  return made ? "" : made.error().message();
}

TEST(ServerIdentity, IsMadeOfACertificateAndItsKey) {
  const auto issued = testing::issue();
  EXPECT_EQ(complaint({.certificate = issued.certificate_pem, .key = issued.key_pem}), "");
}

TEST(ServerIdentity, AKeyOfAnotherCertificateIsRefused) {
  EXPECT_EQ(
      complaint({.certificate = testing::issue().certificate_pem, .key = testing::issue().key_pem}),
      "the key does not belong to the certificate");
}

TEST(ServerIdentity, ALockedKeyIsRefusedWithWhatToDo) {
  const Status checked = check_key(R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAipHifC+q/Y+AICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEDvjpfTCZFkLnVmrOtvB/AQEgZAm
9C2pc80WaEsAQuNlmZgksa+EbAPeaY6haVpH6GQlW6KHLSXuDKzDhG8tx/u+FoE1
nj6Ul1UWkKqNLGqnjMItLHXW/AG5c7tLFlNMSVBPQcUyW+xyssNTPJsee+gP6AVR
ks9mQjlxomtwsm8V2Q7a3XjES/LZCWNPh87XtO3LBFLOUXgrbjA/TmES07NTw2c=
-----END ENCRYPTED PRIVATE KEY-----)");
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().message().find("locked by a password"), std::string::npos);
}

TEST(ServerIdentity, WhatIsNoKeyIsRefused) {
  EXPECT_NE(check_key("no").error().message().find("no private key"), std::string::npos);
}

TEST(ServerIdentity, WhoWantsCertificatesOfClientsSaysWhoSignsThem) {
  const auto issued = testing::issue();
  EXPECT_NE(complaint({.certificate = issued.certificate_pem,
                       .key = issued.key_pem,
                       .clients = ClientCertificates::required}),
            "");
  EXPECT_EQ(complaint({.certificate = issued.certificate_pem,
                       .key = issued.key_pem,
                       .client_authorities = issued.certificate_pem,
                       .clients = ClientCertificates::required}),
            "");
}

}  // namespace
}  // namespace tarn::tls
