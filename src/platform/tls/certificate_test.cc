#include "platform/tls/certificate.h"

#include <gtest/gtest.h>

#include "platform/tls/testing/certificates.h"

namespace tarn::tls {
namespace {

// Issued by OpenSSL's command; its subject as Java 17 prints it.
constexpr std::string_view kOddNames = R"(-----BEGIN CERTIFICATE-----
MIIC9zCCAp2gAwIBAgIUOpJxyZj0ADXNartFDNMNnKDQKn0wCgYIKoZIzj0EAwIw
gdAxCzAJBgNVBAYTAkRFMSAwHgYDVQQKDBfDnG1sw6R1dCA8eD47IHksICJxIj0j
XDEWMAgGA1UECwwBeDAKBgNVBAMMA2EsYjEUMBIGCSqGSIb3DQEJARYFYUBiLmMx
EzARBgoJkiaJk/IsZAEZFgNvcmcxDTALBgNVBAgMBEJlcm4xCjAIBgNVBAkMAXMx
ETAPBgoJkiaJk/IsZAEBDAF1MQowCAYDVQQFEwE1MRUwEwYDVQQHDAwgI2xlYWQg
IHR3byAxCzAJBgNVBAwMAnR0MB4XDTI2MTEyMTE5NTM1MFoXDTI2MTIyMTE5NTM1
MFowgdAxCzAJBgNVBAYTAkRFMSAwHgYDVQQKDBfDnG1sw6R1dCA8eD47IHksICJx
Ij0jXDEWMAgGA1UECwwBeDAKBgNVBAMMA2EsYjEUMBIGCSqGSIb3DQEJARYFYUBi
LmMxEzARBgoJkiaJk/IsZAEZFgNvcmcxDTALBgNVBAgMBEJlcm4xCjAIBgNVBAkM
AXMxETAPBgoJkiaJk/IsZAEBDAF1MQowCAYDVQQFEwE1MRUwEwYDVQQHDAwgI2xl
YWQgIHR3byAxCzAJBgNVBAwMAnR0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
k0KKb6Q5eLtJjgpnkRKRsJm+10onGjEF39OXo74vjo08FgVtQPcxEgAWPKf+9TSU
joH6tsSwfeUbCwZegI6s8qNTMFEwHQYDVR0OBBYEFFPDn862vcAjOR/r3GcCXi8k
VkQ3MB8GA1UdIwQYMBaAFFPDn862vcAjOR/r3GcCXi8kVkQ3MA8GA1UdEwEB/wQF
MAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAOgEAvJ90aYVmwxB2FxMzH7TnNJ8VywL
vjDWBcBtwlNfAiATn8xmApeWtKdRT/D7JKqEds40fOR14nLXVegTBuxG1w==
-----END CERTIFICATE-----)";

TEST(Certificate, ASubjectIsSpelledAsJavaSpellsIt) {
  EXPECT_EQ(read_certificate(kOddNames)->subject,
            "2.5.4.12=#0c027474,L=\\ \\#lead  two\\ ,2.5.4.5=#130135,UID=u,STREET=s,ST=Bern,"
            "DC=org,1.2.840.113549.1.9.1=#16056140622e63,OU=x+CN=a\\,b,"
            "O=\u00dcml\u00e4ut \\<x\\>\\; y\\, \\\"q\\\"\\=\\#\\\\,C=DE");
}

TEST(Certificate, IsValidForATime) {
  const auto issued = testing::issue({.valid_for = std::chrono::hours(5)});
  const auto read = read_certificate(issued.certificate_pem);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->subject, "CN=localhost");
  EXPECT_EQ(read->valid_until - read->valid_from, std::chrono::hours(29));
}

TEST(Certificate, WhatIsNoneIsRefused) {
  for (const auto& text : {std::string(), std::string("hello"), testing::issue().key_pem}) {
    const auto read = read_certificate(text);
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().message().find("BEGIN CERTIFICATE"), std::string::npos);
  }
}

}  // namespace
}  // namespace tarn::tls
