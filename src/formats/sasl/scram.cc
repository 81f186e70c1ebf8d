#include "formats/sasl/scram.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/base64.h"
#include "base/check.h"

namespace tarn::sasl {
namespace {

const EVP_MD* digest_of(ScramHash hash) {
  return hash == ScramHash::sha256 ? EVP_sha256() : EVP_sha512();
}

const unsigned char* data_of(BytesView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* data_of(Bytes& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

Bytes hmac(ScramHash hash, BytesView key, std::string_view text) {
  Bytes mac(static_cast<size_t>(EVP_MD_size(digest_of(hash))));
  unsigned length = 0;
  const auto* done = HMAC(digest_of(hash), key.data(), static_cast<int>(key.size()),
                          data_of(as_bytes(text)), text.size(), data_of(mac), &length);
  check(done != nullptr && length == mac.size(), "a keyed digest can be made");
  return mac;
}

Bytes digest(ScramHash hash, BytesView bytes) {
  Bytes result(static_cast<size_t>(EVP_MD_size(digest_of(hash))));
  unsigned length = 0;
  const int done =
      EVP_Digest(bytes.data(), bytes.size(), data_of(result), &length, digest_of(hash), nullptr);
  check(done == 1 && length == result.size(), "a digest can be made");
  return result;
}

Error malformed(std::string_view what) {
  return {ErrorCode::invalid_argument, "the message is not one of SCRAM: " + std::string(what)};
}

// "n=user" gives "user" for 'n'.
std::optional<std::string_view> value_of(std::string_view part, char name) {
  if (part.size() < 2 || part[0] != name || part[1] != '=') return std::nullopt;
  return part.substr(2);
}

// Takes what stands before the next comma.
std::string_view take_part(std::string_view& rest) {
  const size_t comma = std::min(rest.find(','), rest.size());
  const std::string_view part = rest.substr(0, comma);
  rest.remove_prefix(std::min(comma + 1, rest.size()));
  return part;
}

// A name has "=2C" for a comma and "=3D" for an equals sign.
std::optional<std::string> decode_name(std::string_view text) {
  std::string name;
  while (!text.empty()) {
    if (text.starts_with("=2C") || text.starts_with("=3D")) {
      name += text[1] == '2' ? ',' : '=';
      text.remove_prefix(3);
    } else if (text.front() == '=') {
      return std::nullopt;
    } else {
      name += text.front();
      text.remove_prefix(1);
    }
  }
  return name;
}

bool is_nonce(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f && c != ','; });
}

}  // namespace

ScramCredential make_credential(ScramHash hash, std::string_view password, Bytes salt,
                                int32_t iterations) {
  Bytes salted(static_cast<size_t>(EVP_MD_size(digest_of(hash))));
  const int done =
      PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                        data_of(BytesView(salt)), static_cast<int>(salt.size()), iterations,
                        digest_of(hash), static_cast<int>(salted.size()), data_of(salted));
  check(done == 1, "a password can be salted");
  return credential_of(hash, salted, std::move(salt), iterations);
}

ScramCredential credential_of(ScramHash hash, BytesView salted_password, Bytes salt,
                              int32_t iterations) {
  const Bytes client_key = hmac(hash, salted_password, "Client Key");
  return {.hash = hash,
          .iterations = iterations,
          .salt = std::move(salt),
          .stored_key = digest(hash, client_key),
          .server_key = hmac(hash, salted_password, "Server Key")};
}

// [n|y],[a=authzid],n=user,r=nonce[,extensions]
Result<std::string> ScramServer::read_user(BytesView first) {
  std::string_view rest = as_text(first);
  const std::string_view binding = take_part(rest);
  if (binding != "n" && binding != "y") return malformed("channel binding is not served");
  const std::string_view acting_as = take_part(rest);
  const std::string_view bare = rest;
  channel_ = as_text(first).substr(0, first.size() - bare.size());
  const auto name = value_of(take_part(rest), 'n');
  const auto user = name ? decode_name(*name) : std::nullopt;
  const auto nonce = value_of(take_part(rest), 'r');
  if (!user || user->empty()) return malformed("it names no user");
  if (!nonce || !is_nonce(*nonce)) return malformed("it has no nonce");
  if (!acting_as.empty()) {
    const auto other = value_of(acting_as, 'a');
    if (!other || decode_name(*other) != user) return malformed("a user can only act as itself");
  }
  conversation_ = std::string(bare);
  both_nonces_ = std::string(*nonce) + nonce_;
  return *user;
}

std::string ScramServer::challenge(const ScramCredential& credential) {
  credential_ = credential;
  std::string answer = "r=" + both_nonces_ + ",s=" + encode_base64(credential.salt) +
                       ",i=" + std::to_string(credential.iterations);
  conversation_ += "," + answer;
  return answer;
}

// c=channel,r=nonce[,extensions],p=proof
Result<std::string> ScramServer::verify(BytesView final_message) {
  const std::string_view text = as_text(final_message);
  const size_t end = text.rfind(",p=");
  if (end == std::string_view::npos) return malformed("it has no proof");
  std::string_view rest = text.substr(0, end);
  const auto channel = value_of(take_part(rest), 'c');
  const auto nonce = value_of(take_part(rest), 'r');
  if (!channel || *channel != encode_base64(as_bytes(channel_))) {
    return malformed("it speaks of another channel");
  }
  // Its own part is in what is signed. librdkafka 2.0.2 sends that part twice, and Kafka's brokers
  // look at ours alone, too.
  if (!nonce || !nonce->ends_with(nonce_)) return malformed("it has another nonce");
  const auto proof = decode_base64(text.substr(end + 3));
  if (!proof || proof->size() != credential_.stored_key.size()) {
    return malformed("its proof has another length");
  }
  const std::string signed_text = conversation_ + "," + std::string(text.substr(0, end));
  Bytes client_key = hmac(hash_, credential_.stored_key, signed_text);
  for (size_t i = 0; i < client_key.size(); ++i) client_key[i] ^= (*proof)[i];
  const Bytes found = digest(hash_, client_key);
  if (CRYPTO_memcmp(found.data(), credential_.stored_key.data(), found.size()) != 0) {
    return Error(ErrorCode::permission_denied, "the password is wrong");
  }
  return "v=" + encode_base64(hmac(hash_, credential_.server_key, signed_text));
}

}  // namespace tarn::sasl
