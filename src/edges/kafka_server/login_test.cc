// Logins over the wire: what is answered before, in between and afterwards.
#include <gtest/gtest.h>

#include "edges/kafka_server/testing/test_server.h"
#include "formats/kafka_protocol/api_versions.h"
#include "formats/kafka_protocol/error_code.h"
#include "formats/kafka_protocol/metadata.h"
#include "formats/kafka_protocol/sasl.h"
#include "formats/kafka_protocol/scram_users.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using login::Mechanism;
using testing::Client;
using testing::ServerTest;

struct WithLogin : ServerTest {
  explicit WithLogin(login::LoginOptions logins = {.mechanisms = {Mechanism::plain,
                                                                  Mechanism::scram_sha_256}})
      : ServerTest({.listeners = {{.protocol = SecurityProtocol::sasl_plaintext}, {}},
                    .login_max = Millis(1500),
                    .login_failure_delay = Millis(20),
                    .stall_max = Millis(100)},
                   telemetry::Logger::to_stderr(telemetry::LogLevel::warn), std::move(logins)) {
    ::testing::internal::CaptureStderr();
    put_user("alice", "secret");
    put_user("bob", "secret");
  }
  ~WithLogin() override {
    if (!is_read) ::testing::internal::GetCapturedStderr();
  }

  void put_user(const std::string& name, const std::string& password) {
    std::vector<login::UserChange> changes;
    for (const auto& [hash, credential] : login::make_credentials(password)) {
      changes.push_back({name, hash, credential});
    }
    EXPECT_TRUE(broker.run(users->change(std::move(changes))).at(name));
  }
  int16_t shake_hands(Client& by, std::string_view mechanism = "PLAIN", int16_t version = 1) {
    return by.call<SaslHandshakeResponse>(SaslHandshakeRequest{.mechanism = mechanism}, version)
        .error_code;
  }
  SaslAuthenticateResponse authenticate(Client& by, const std::string& user,
                                        const std::string& password, int16_t version = 2) {
    const std::string message = std::string(1, '\0') + user + std::string(1, '\0') + password;
    return by.call<SaslAuthenticateResponse>(
        SaslAuthenticateRequest{.auth_bytes = as_bytes(message)}, version);
  }
  void log_in(Client& by, const std::string& user = "alice") {
    EXPECT_EQ(shake_hands(by), 0);
    EXPECT_EQ(authenticate(by, user, "secret").error_code, 0);
  }
  void expect_served(Client& by) {
    EXPECT_EQ(by.call<MetadataResponse>(MetadataRequest{}, 12).brokers.size(), 1U);
  }
  void expect_logged(const std::string& text) {
    is_read = true;
    const std::string log = ::testing::internal::GetCapturedStderr();
    EXPECT_NE(log.find(text), std::string::npos) << log;
  }
  static int16_t code_of(KafkaError error) { return code(error); }

  bool is_read = false;
};

TEST_F(WithLogin, WhoIsLoggedInIsServed) {
  auto alice = connect();
  EXPECT_EQ(alice.call<ApiVersionsResponse>(ApiVersionsRequest{}, 0).error_code, 0);
  log_in(alice);
  expect_served(alice);
}

TEST_F(WithLogin, NothingElseIsAnsweredBefore) {
  auto stranger = connect();
  stranger.ask(MetadataRequest{}, 12);
  EXPECT_TRUE(stranger.is_closed());
  auto halfway = connect();
  EXPECT_EQ(shake_hands(halfway), 0);
  halfway.ask(MetadataRequest{}, 12);
  EXPECT_TRUE(halfway.is_closed());
  expect_logged("the client has not logged in (SASL)");
}

TEST_F(WithLogin, RequestsSentTogetherWithTheLoginAreServedAfterIt) {
  auto alice = connect();
  const std::string message("\0alice\0secret", 13);
  alice.ask(SaslHandshakeRequest{.mechanism = "PLAIN"}, 1);
  alice.ask(SaslAuthenticateRequest{.auth_bytes = as_bytes(message)}, 1);
  alice.ask(MetadataRequest{}, 12);
  EXPECT_EQ(alice.answer<SaslHandshakeResponse>(1).error_code, 0);
  EXPECT_EQ(alice.answer<SaslAuthenticateResponse>(1).error_code, 0);
  EXPECT_EQ(alice.answer<MetadataResponse>(12).brokers.size(), 1U);
}

TEST_F(WithLogin, AWrongPasswordIsSaidInKafkasWordsAndEndsTheConnection) {
  for (const auto* user : {"alice", "nobody"}) {
    auto client = connect();
    EXPECT_EQ(shake_hands(client), 0);
    const auto answer = authenticate(client, user, "guess");
    EXPECT_EQ(answer.error_code, code_of(KafkaError::sasl_authentication_failed));
    EXPECT_EQ(answer.error_message, "Authentication failed: Invalid username or password");
    EXPECT_TRUE(client.is_closed());
  }
  expect_logged("PLAIN, user 'nobody': the user is unknown or the password wrong");
}

TEST_F(WithLogin, PasswordsAreInNoLog) {
  auto client = connect();
  EXPECT_EQ(shake_hands(client), 0);
  authenticate(client, "alice", "almost-the-password");
  is_read = true;
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(log.find("almost-the-password"), std::string::npos) << log;
}

TEST_F(WithLogin, AMechanismThatIsNotEnabledIsRefusedWithThoseThatAre) {
  auto client = connect();
  const auto answer =
      client.call<SaslHandshakeResponse>(SaslHandshakeRequest{.mechanism = "GSSAPI"}, 1);
  EXPECT_EQ(answer.error_code, code_of(KafkaError::unsupported_sasl_mechanism));
  EXPECT_EQ(answer.mechanisms, (std::vector<std::string>{"PLAIN", "SCRAM-SHA-256"}));
  EXPECT_TRUE(client.is_closed());
}

TEST_F(WithLogin, OldClientsSendBareMessages) {
  auto old = connect();
  EXPECT_EQ(shake_hands(old, "PLAIN", 0), 0);
  ByteWriter message;
  message.write_u32(13);
  message.write_text(std::string_view("\0alice\0secret", 13));
  old.send(message.view());
  EXPECT_EQ(old.receive(), Bytes());
  expect_served(old);
}

TEST_F(WithLogin, ABareMessageWithAWrongPasswordIsNotAnswered) {
  auto old = connect();
  EXPECT_EQ(shake_hands(old, "PLAIN", 0), 0);
  ByteWriter message;
  message.write_u32(12);
  message.write_text(std::string_view("\0alice\0guess", 12));
  old.send(message.view());
  EXPECT_TRUE(old.is_closed());
}

TEST_F(WithLogin, MessagesOutOfOrderEndTheConnection) {
  auto client = connect();
  EXPECT_EQ(authenticate(client, "alice", "secret").error_code,
            code_of(KafkaError::illegal_sasl_state));
  EXPECT_TRUE(client.is_closed());
}

TEST_F(WithLogin, WhoDoesNotLogInIsCutOff) {
  auto idle = connect();
  EXPECT_EQ(shake_hands(idle), 0);
  EXPECT_TRUE(idle.is_closed());
  expect_logged("it does not log in");
}

TEST_F(WithLogin, LargeRequestsAreOnlyTakenAfterIt) {
  auto greedy = connect();
  ByteWriter claim;
  claim.write_i32(10 << 20);
  greedy.send(claim.view());
  EXPECT_TRUE(greedy.is_closed());
}

TEST_F(WithLogin, AnotherLoginIsForTheSameUserOnly) {
  auto alice = connect();
  log_in(alice);
  log_in(alice);
  expect_served(alice);
  EXPECT_EQ(shake_hands(alice), 0);
  const auto answer = authenticate(alice, "bob", "secret");
  ASSERT_EQ(answer.error_code, code_of(KafkaError::sasl_authentication_failed));
  EXPECT_TRUE(alice.is_closed());
  expect_logged("Cannot change principals during re-authentication from User:alice to User:bob");
}

TEST_F(WithLogin, ListenersWithoutALoginKnowOfNone) {
  auto open = connect(1);
  EXPECT_EQ(shake_hands(open), code_of(KafkaError::illegal_sasl_state));
  expect_served(open);
}

struct WithShortLogin : WithLogin {
  WithShortLogin() : WithLogin({.mechanisms = {Mechanism::plain}, .lifetime_max = Millis(600)}) {}
};

TEST_F(WithShortLogin, TellsHowLongItHolds) {
  auto alice = connect();
  EXPECT_EQ(shake_hands(alice), 0);
  const auto answer = authenticate(alice, "alice", "secret");
  EXPECT_GT(answer.session_lifetime_ms, 0);
  EXPECT_LE(answer.session_lifetime_ms, 600);
}

TEST_F(WithShortLogin, WhoDoesNotLogInAgainIsCutOff) {
  auto alice = connect();
  log_in(alice);
  expect_served(alice);
  wait(Millis(700));
  alice.ask(MetadataRequest{}, 12);
  EXPECT_TRUE(alice.is_closed());
  expect_logged("the login has ended, and the client has not logged in again");
}

TEST_F(WithShortLogin, WhoLogsInAgainGoesOn) {
  auto alice = connect();
  log_in(alice);
  wait(Millis(700));
  log_in(alice);
  expect_served(alice);
}

struct UserAdministration : WithLogin {
  using Altered = AlterUserScramCredentialsResponse;
  using Described = DescribeUserScramCredentialsResponse;

  Altered alter(const AlterUserScramCredentialsRequest& request) {
    if (!admin) admin.emplace(connect(1));
    return admin->call<Altered>(request, 0);
  }
  Described describe(std::optional<std::vector<std::string_view>> names = std::nullopt) {
    if (!admin) admin.emplace(connect(1));
    DescribeUserScramCredentialsRequest request;
    if (names) {
      request.users.emplace();
      for (const auto name : *names) request.users->push_back({.name = name});
    }
    return admin->call<Described>(request, 0);
  }

  std::optional<Client> admin;
  Bytes salt = Bytes(16, std::byte{1});
  Bytes salted = Bytes(32, std::byte{2});
};

TEST_F(UserAdministration, DescribesUsersWithoutTheirKeys) {
  const auto all = describe();
  ASSERT_EQ(all.results.size(), 2U);
  EXPECT_EQ(all.results[0].user, "alice");
  ASSERT_EQ(all.results[0].credential_infos.size(), 2U);
  EXPECT_EQ(all.results[0].credential_infos[1].mechanism, 2);
  EXPECT_EQ(all.results[0].credential_infos[1].iterations, 4096);
}

TEST_F(UserAdministration, SaysWhoIsNotThereAndWhoIsAskedForTwice) {
  const auto some = describe({{"carol", "bob", "bob"}});
  ASSERT_EQ(some.results.size(), 2U);
  EXPECT_EQ(some.results[0].error_code, code_of(KafkaError::duplicate_resource));
  EXPECT_EQ(some.results[1].error_code, code_of(KafkaError::resource_not_found));
}

TEST_F(UserAdministration, MakesAndTakesAwayPasswords) {
  AlterUserScramCredentialsRequest request;
  request.upsertions = {{"carol", 1, 8192, salt, salted}};
  request.deletions = {{"bob", 1}};
  const auto answer = alter(request);
  ASSERT_EQ(answer.results.size(), 2U);
  for (const auto& result : answer.results) EXPECT_EQ(result.error_code, 0) << result.user;
  EXPECT_EQ(users->find("carol", sasl::ScramHash::sha256)->iterations, 8192);
  EXPECT_EQ(users->find("bob", sasl::ScramHash::sha256), nullptr);
  EXPECT_NE(users->find("bob", sasl::ScramHash::sha512), nullptr);
}

TEST_F(UserAdministration, RefusesWhatKafkaRefuses) {
  const auto error_of = [&](const AlterUserScramCredentialsRequest& request) {
    const auto answer = alter(request);
    return answer.results.size() == 1 ? answer.results[0].error_code : int16_t{0};
  };
  AlterUserScramCredentialsRequest request;
  request.deletions = {{"carol", 1}};
  EXPECT_EQ(error_of(request), code_of(KafkaError::resource_not_found));
  request.deletions = {{"bob", 7}};
  EXPECT_EQ(error_of(request), code_of(KafkaError::unsupported_sasl_mechanism));
  request.deletions = {{"bob", 1}, {"bob", 1}};
  EXPECT_EQ(error_of(request), code_of(KafkaError::duplicate_resource));
  request.deletions = {};
  request.upsertions = {{"bob", 1, 100, salt, salted}};
  EXPECT_EQ(error_of(request), code_of(KafkaError::unacceptable_credential));
  request.upsertions = {{"bob", 2, 4096, salt, salted}};
  EXPECT_EQ(error_of(request), code_of(KafkaError::unacceptable_credential));
  request.upsertions = {{"", 1, 4096, salt, salted}};
  EXPECT_EQ(error_of(request), code_of(KafkaError::unacceptable_credential));
}

}  // namespace
}  // namespace tarn::kafka_server
