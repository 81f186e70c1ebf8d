#include "app/logins.h"

#include "app/security_files.h"

namespace tarn::app {
namespace {

Result<std::string> resolve(const pipeline::SecretText& text, const Secrets& secrets) {
  const auto secret = TRY(text.resolve([&](const std::string& name) -> Result<pipeline::Secret> {
    const auto found = secrets.find(name);
    if (found == secrets.end()) return Error(ErrorCode::not_found, "the secret " + name);
    return found->second;
  }));
  return secret.reveal();
}

login::Mechanism to_login(pipeline::Mechanism mechanism) {
  switch (mechanism) {
    case pipeline::Mechanism::plain:
      return login::Mechanism::plain;
    case pipeline::Mechanism::scram_sha_256:
      return login::Mechanism::scram_sha_256;
    case pipeline::Mechanism::scram_sha_512:
      return login::Mechanism::scram_sha_512;
    case pipeline::Mechanism::oauthbearer:
      return login::Mechanism::oauthbearer;
    case pipeline::Mechanism::aws_msk_iam:
      return login::Mechanism::aws_msk_iam;
  }
  return login::Mechanism::plain;
}

}  // namespace

Result<login::Users> configured_users(const pipeline::Security& security, const Secrets& secrets) {
  login::Users users;
  for (const auto& [name, password] : security.users) {
    const std::string text = TRY(resolve(password, secrets));
    if (text.empty()) {
      return Error(ErrorCode::invalid_argument,
                   "security.users." + name + ": the password is empty");
    }
    users.emplace(name, login::User{.credentials = login::make_credentials(text),
                                    .origin = login::Origin::configured});
  }
  return users;
}

Result<login::LoginOptions> login_options(const pipeline::Security& security,
                                          const Secrets& secrets, const std::string& directory) {
  login::LoginOptions options{
      .mechanisms = {}, .aws = {}, .tokens = {}, .lifetime_max = security.login_again};
  for (const auto mechanism : security.mechanisms) {
    options.mechanisms.push_back(to_login(mechanism));
  }
  for (const auto& [id, key] : security.aws) {
    options.aws.emplace(
        id, login::AwsKey{.secret = TRY(resolve(key.secret, secrets)), .user = key.user});
  }
  if (const auto& oauth = security.oauth) {
    options.tokens = login::TokenRules{.keys = TRY(read_key_set(*oauth, directory)),
                                       .expected = {.issuer = oauth->issuer,
                                                    .audience = oauth->audience,
                                                    .principal = oauth->principal,
                                                    .clock_skew = oauth->clock_skew}};
  }
  return options;
}

}  // namespace tarn::app
