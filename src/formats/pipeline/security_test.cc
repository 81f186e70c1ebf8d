#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/pipeline/parse.h"
#include "formats/pipeline/security_check.h"

namespace tarn::pipeline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

Pipeline read(std::string_view text) {
  auto parsed = parse(text, {});
  if (parsed) return *parsed;
  for (const Problem& problem : parsed.error()) ADD_FAILURE() << to_string(problem, "tarn.yaml");
  return {};
}

std::vector<std::string> problems(std::string_view text) {
  std::vector<std::string> lines;
  auto parsed = parse(text, {});
  if (parsed) return lines;
  for (const Problem& problem : parsed.error()) lines.push_back(to_string(problem, "tarn.yaml"));
  return lines;
}

std::vector<std::string> mechanisms(const Pipeline& pipeline) {
  std::vector<std::string> names;
  for (Mechanism one : pipeline.security.mechanisms) names.push_back(to_string(one));
  return names;
}

TEST(Security, WithoutItThereIsOnePlainListener) {
  const Pipeline pipeline = read("");
  ASSERT_EQ(pipeline.listeners.kafka.size(), 1U);
  EXPECT_EQ(pipeline.listeners.kafka[0].protocol, Protocol::plaintext);
}

TEST(Security, FiveLinesAreTlsAndAUser) {
  const Pipeline pipeline = read(
      "listeners: {kafka: {bind: \"0.0.0.0:9093\"}}\n"
      "security:\n"
      "  tls: {certificate: server.pem, key: server.key}\n"
      "  users: {alice: \"${secret:ALICE}\"}\n");
  EXPECT_EQ(pipeline.listeners.kafka.at(0).protocol, Protocol::sasl_ssl);
  EXPECT_EQ(pipeline.security.tls->client_auth, ClientAuth::none);
  EXPECT_THAT(mechanisms(pipeline), ElementsAre("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"));
  EXPECT_THAT(secret_names(pipeline), ElementsAre(Pair("ALICE", "security.users.alice")));
}

TEST(Security, KeysOfAwsAreTakenInTwoWays) {
  const Pipeline pipeline = read(
      "security:\n  aws:\n    AKIAEXAMPLE: ${secret:A}\n"
      "    AKIAOTHER: {secret: \"${secret:B}\", user: loader}\n");
  EXPECT_EQ(pipeline.security.aws.at("AKIAEXAMPLE").user, "AKIAEXAMPLE");
  EXPECT_EQ(pipeline.security.aws.at("AKIAOTHER").user, "loader");
  EXPECT_THAT(mechanisms(pipeline), ElementsAre("OAUTHBEARER", "AWS_MSK_IAM"));
  EXPECT_EQ(secret_names(pipeline).size(), 2U);
  EXPECT_EQ(pipeline.listeners.kafka[0].protocol, Protocol::sasl_plaintext);
}

TEST(Security, AnAuthorityOfClientsMeansThatTheyShowCertificates) {
  const Pipeline pipeline = read("security: {tls: {certificate: a, key: b, client_ca: c}}");
  EXPECT_EQ(pipeline.security.tls->client_auth, ClientAuth::required);
  EXPECT_EQ(pipeline.listeners.kafka[0].protocol, Protocol::ssl);
}

TEST(Security, ListenersOfSeveralProtocolsStandSideBySide) {
  const Pipeline pipeline = read(
      "listeners:\n  kafka:\n  - {bind: \"127.0.0.1:9092\", protocol: PLAINTEXT}\n"
      "  - {bind: \"0.0.0.0:9093\", advertise: \"kafka.example:9093\"}\n"
      "security: {tls: {certificate: a, key: b}, users: {a: \"${secret:A}\"}}\n");
  ASSERT_EQ(pipeline.listeners.kafka.size(), 2U);
  EXPECT_EQ(pipeline.listeners.kafka[0].protocol, Protocol::plaintext);
  EXPECT_EQ(pipeline.listeners.kafka[1].protocol, Protocol::sasl_ssl);
}

struct Mistake {
  std::string_view text;
  std::string_view sentence;
};

TEST(Security, MistakesAreExplained) {
  for (const auto& [text, sentence] : std::initializer_list<Mistake>{
           {"security: {tls: {certificate: a}}", "the key 'key' is missing"},
           {"security: {mechanisms: [SCRAM-SHA256]}", "did you mean 'SCRAM-SHA-256'?"},
           {"security: {mechanisms: [OAUTHBEARER]}", "say security.oauth"},
           {"security: {mechanisms: AWS_MSK_IAM}", "say security.aws"},
           {"security: {tls: {certificate: a, key: b, client_auth: required}}", "say client_ca:"},
           {"listeners: {kafka: {protocol: SASL_SSL}}", "SASL_SSL needs security.tls"},
           {"listeners: {kafka: {protocol: sasl_ssl}}", "did you mean 'SASL_SSL'?"},
           {"listeners: {kafka: [{bind: \"a:1\"}, {bind: \"a:1\"}]}", "two listeners want a:1"},
           {"listeners: {kafka: [{bind: \"a:1\"}, {}]}", "each says bind:"},
           {"security: {aws: {\"A B\": x}}", "an access key id has"},
           {"security: {oauth: {issuer: x}}", "the key 'keys' is missing"},
       }) {
    const auto found = problems(text);
    ASSERT_EQ(found.size(), 1U) << text;
    EXPECT_THAT(found[0], HasSubstr(sentence));
  }
}

TEST(Security, APastedKeyIsNotShown) {
  const auto found =
      problems("security: {tls: {certificate: a, key: \"-----BEGIN PRIVATE KEY----- MIIE\"}}");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0], HasSubstr("name a file"));
  EXPECT_THAT(found[0], testing::Not(HasSubstr("MIIE")));
}

}  // namespace
}  // namespace tarn::pipeline
