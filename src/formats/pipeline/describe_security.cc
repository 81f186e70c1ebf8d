#include <algorithm>

#include "formats/pipeline/description.h"
#include "formats/pipeline/object_shape.h"
#include "formats/pipeline/text_forms.h"

namespace tarn::pipeline {
namespace {

Typed<std::string> file(const std::string& what) {
  auto parse = [](const std::string& text) -> Result<std::string> {
    if (text.empty()) return Error(ErrorCode::invalid_argument, "the name of the file is empty");
    if (text.find("-----BEGIN") == std::string::npos) return text;
    return Error(ErrorCode::invalid_argument, "name a file; its content does not stand here");
  };
  auto typed =
      text_form<std::string>(what, "", parse, [](const std::string& text) { return text; });
  auto hidden = std::make_shared<Shape>(*typed.shape);
  hidden->hidden = true;  // whoever pastes a key here does not want to see it again
  return {std::move(hidden)};
}

Status check_user_name(const std::string& name) {
  const bool is_printable =
      std::ranges::all_of(name, [](unsigned char c) { return c >= ' ' && c != 0x7f; });
  if (!name.empty() && name.size() <= 250 && is_printable) return {};
  return Error(ErrorCode::invalid_argument, "a user's name has 1 to 250 printable characters");
}

Status check_access_key_id(const std::string& id) {
  const bool fits =
      id.size() >= 4 && id.size() <= 128 && std::ranges::all_of(id, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_' || c == '-';
      });
  if (fits) return {};
  return Error(ErrorCode::invalid_argument,
               "an access key id has 4 to 128 letters and digits, such as AKIAIOSFODNN7EXAMPLE");
}

Typed<Tls> describe_tls() {
  return object<Tls>("tls: certificate, key, client_ca, client_auth")
      .field("certificate", &Tls::certificate, file("a file with a certificate in PEM form"),
             "The server's certificate, and behind it those that lead to its authority (PEM).")
      .required()
      .field("key", &Tls::key, file("a file with a private key in PEM form"),
             "The private key of the certificate (PEM, without a password).")
      .required()
      .field("client_ca", &Tls::client_ca, file("a file with certificates in PEM form"),
             "The certificates of those who may sign certificates of clients (PEM).")
      .field("client_auth", &Tls::client_auth,
             choice<ClientAuth>({{"none", ClientAuth::none},
                                 {"requested", ClientAuth::requested},
                                 {"required", ClientAuth::required}}),
             "Whether clients show a certificate: required unless said otherwise when client_ca is "
             "given; under protocol SSL its subject is the user.")
      .done();
}

Typed<Mechanism> mechanism() {
  return choice<Mechanism>({{"PLAIN", Mechanism::plain},
                            {"SCRAM-SHA-256", Mechanism::scram_sha_256},
                            {"SCRAM-SHA-512", Mechanism::scram_sha_512},
                            {"OAUTHBEARER", Mechanism::oauthbearer},
                            {"AWS_MSK_IAM", Mechanism::aws_msk_iam}});
}

Typed<AwsKey> describe_aws_key() {
  return object<AwsKey>("a key: secret, user")
      .field("secret", &AwsKey::secret, secret_text(), "The secret access key, as ${secret:NAME}.")
      .required()
      .field("user", &AwsKey::user, text("the name of a user"),
             "Whom the key stands for in access lists and quotas; else the key's id.")
      .short_form(&AwsKey::secret, secret_text())
      .done();
}

Typed<OAuth> describe_oauth() {
  return object<OAuth>("oauth: keys, issuer, audience, principal, clock_skew")
      .field(
          "keys", &OAuth::keys, file("a JSON file with a set of keys (JWKS)"),
          "The keys that sign tokens: a JSON Web Key Set (RFC 7517) with RSA, P-256 or symmetric "
          "keys.")
      .required()
      .field("issuer", &OAuth::issuer, text("a text"), "What the claim iss must be.")
      .field("audience", &OAuth::audience, text("a text"), "What the claim aud must name.")
      .field("principal", &OAuth::principal, text("the name of a claim"),
             "The claim that names the user.")
      .field("clock_skew", &OAuth::clock_skew, duration(Millis(0), std::chrono::hours(1)),
             "How far the clock of the issuer may be from ours.")
      .later("keys_url", "keys that are fetched")
      .done();
}

}  // namespace

Typed<KafkaListener> describe_kafka_listener() {
  return object<KafkaListener>("addresses")
      .field("bind", &KafkaListener::bind, host_and_port(),
             "Where to listen, such as 127.0.0.1:9092; port 0 chooses a free one.")
      .field("advertise", &KafkaListener::advertise, host_and_port(),
             "What clients are told to connect to, when that is not the address of bind.")
      .field(
          "protocol", &KafkaListener::protocol,
          choice<Protocol>({{"PLAINTEXT", Protocol::plaintext},
                            {"SSL", Protocol::ssl},
                            {"SASL_PLAINTEXT", Protocol::sasl_plaintext},
                            {"SASL_SSL", Protocol::sasl_ssl}}),
          "Kafka's security.protocol; unless given, with TLS when there is security.tls and with "
          "a login when security: names users, keys or mechanisms.")
      .done();
}

Typed<Security> describe_security() {
  return object<Security>(
             "security: tls, users, mechanisms, super_users, authorization, acls, connections, …")
      .field("tls", &Security::tls, describe_tls(), "The certificate of the Kafka listeners.")
      .field("users", &Security::users,
             map_of(secret_text(), check_user_name, "passwords by the names of users"),
             "Users of Kafka clients and their passwords, as ${secret:NAME}; more of them are made "
             "by 'tarn user create' and kafka-configs.sh.")
      .field("mechanisms", &Security::mechanisms, list_of(mechanism()),
             "How clients log in (SASL); unless given, by all for which there are users or keys.")
      .field("super_users", &Security::super_users, list_of(text("the name of a user")),
             "Users who may do everything, whatever the access lists say.")
      .field("aws", &Security::aws,
             map_of(describe_aws_key(), check_access_key_id, "secrets by the ids of access keys"),
             "AWS access keys with which clients of MSK log in unchanged (AWS_MSK_IAM and "
             "OAUTHBEARER).")
      .field("oauth", &Security::oauth, describe_oauth(), "Whose signed tokens are taken.")
      .field("authorization", &Security::authorization, describe_authorization(),
             "acls: what no access list allows is denied; off: who gets in may do everything.")
      .field("unlisted", &Security::unlisted, describe_unlisted(),
             "What holds for topics and groups that no list is about.")
      .field("acls", &Security::acls, list_of(describe_access_line()),
             "Access lists that stay as they are here; more of them are made by 'tarn acl add' and "
             "kafka-acls.sh.")
      .field("connections", &Security::connections, describe_connections(),
             "How many connections are taken.")
      .field(
          "login_again", &Security::login_again, duration(std::chrono::seconds(1)),
          "How long a login holds; clients log in anew before it ends, or their connection does.")
      .done();
}

}  // namespace tarn::pipeline
