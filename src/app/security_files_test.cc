#include "app/security_files.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/os/clock.h"
#include "platform/os/testing/temporary_directory.h"
#include "platform/tls/testing/certificates.h"

namespace tarn::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct SecurityFiles : testing::Test {
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder.path() + "/" + name) << text;
  }
  void write(const tls::testing::Issued& issued) {
    write("server.pem", issued.certificate_pem);
    write("server.key", issued.key_pem);
  }
  FileFindings check() { return check_security_files({.tls = tls}, folder.path(), now); }
  std::string problem() {
    const auto found = check().problems;
    return found.empty() ? "" : found.front().message;
  }

  os::testing::TemporaryDirectory folder;
  pipeline::Tls tls{.certificate = "server.pem", .key = "server.key"};
  Timestamp now = os::SystemClock().now();
};

TEST_F(SecurityFiles, OfACertificateForYearsAreFine) {
  write(tls::testing::issue({.valid_for = std::chrono::days(365)}));
  EXPECT_EQ(problem(), "");
  EXPECT_THAT(check().warnings, IsEmpty());
}

TEST_F(SecurityFiles, AMissingFileIsNamed) {
  write(tls::testing::issue());
  tls.key = "sever.key";
  EXPECT_THAT(problem(), HasSubstr("security.tls.key (sever.key): "));
  EXPECT_THAT(problem(), HasSubstr("No such file"));
}

TEST_F(SecurityFiles, AKeyOfAnotherCertificateIsNamed) {
  write(tls::testing::issue());
  write("server.key", tls::testing::issue().key_pem);
  EXPECT_EQ(problem(), "security.tls.key (server.key): the key does not belong to the certificate");
}

TEST_F(SecurityFiles, ACertificateThatEndsSoonIsAWarning) {
  write(tls::testing::issue({.valid_for = std::chrono::hours(5)}));
  EXPECT_EQ(problem(), "");
  EXPECT_THAT(check().warnings,
              ElementsAre(HasSubstr("security.tls.certificate (server.pem) expires on ")));
  now += std::chrono::hours(6);
  EXPECT_THAT(check().warnings, ElementsAre(HasSubstr("has expired on ")));
}

TEST_F(SecurityFiles, FilesOfClientsMustHoldCertificates) {
  write(tls::testing::issue());
  write("ca.pem", "nothing");
  tls.client_ca = "ca.pem";
  tls.client_auth = pipeline::ClientAuth::required;
  EXPECT_THAT(problem(), HasSubstr("security.tls.client_ca (ca.pem): it holds no certificate"));
}

}  // namespace
}  // namespace tarn::app
