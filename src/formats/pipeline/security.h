// Who may connect, and how: the listeners of Kafka clients and the section security:.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "formats/pipeline/access.h"
#include "formats/pipeline/secret_text.h"

namespace tarn::pipeline {

// As Kafka names them (security.protocol).
enum class Protocol { plaintext, ssl, sasl_plaintext, sasl_ssl };
constexpr bool is_encrypted(Protocol protocol) {
  return protocol == Protocol::ssl || protocol == Protocol::sasl_ssl;
}
constexpr bool wants_login(Protocol protocol) {
  return protocol == Protocol::sasl_plaintext || protocol == Protocol::sasl_ssl;
}

struct KafkaListener {
  std::optional<std::string> bind;       // host:port
  std::optional<std::string> advertise;  // host:port that clients are told
  std::optional<Protocol> protocol;      // given after complete(): the best that security: provides
};

enum class ClientAuth { none, requested, required };

// Files in PEM form, relative to the pipeline's folder.
struct Tls {
  std::string certificate;
  std::string key;
  std::optional<std::string> client_ca;
  std::optional<ClientAuth> client_auth;  // given after complete()
};

enum class Mechanism { plain, scram_sha_256, scram_sha_512, oauthbearer, aws_msk_iam };

// A known pair of AWS keys; its id is the key in the file.
struct AwsKey {
  SecretText secret;
  std::string user;  // whom it stands for; after complete() never empty: the id itself
};

struct OAuth {
  std::string keys;  // a JSON file: a key set of RFC 7517
  std::optional<std::string> issuer;
  std::optional<std::string> audience;
  std::string principal = "sub";  // the claim that names the user
  Millis clock_skew = std::chrono::seconds(30);
};

struct Security {
  std::optional<Tls> tls;
  std::vector<Mechanism> mechanisms;  // after complete() all that logins are taken by
  std::map<std::string, SecretText> users;
  std::vector<std::string> super_users;
  std::map<std::string, AwsKey> aws;
  std::optional<OAuth> oauth;
  Authorization authorization = Authorization::off;
  Unlisted unlisted = Unlisted::denied;
  std::vector<AccessLine> acls;
  ConnectionBounds connections;
  std::optional<Millis> login_again;  // sessions that are older log in anew or end (KIP-368)
};

}  // namespace tarn::pipeline
