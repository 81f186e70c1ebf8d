#include "formats/jwt/key_set.h"

#include <array>
#include <optional>

#include <boost/json.hpp>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>

#include "base/base64.h"
#include "base/check.h"

namespace tarn::jwt {
namespace {

namespace json = boost::json;

constexpr size_t kRsaBitsMin = 2048;
constexpr size_t kSecretBytesMin = 32;
constexpr size_t kCoordinateBytes = 32;

using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;
using PublicKey = std::shared_ptr<EVP_PKEY>;

Error invalid(const std::string& what) {
  ERR_clear_error();
  return {ErrorCode::invalid_argument, what};
}

const unsigned char* data_of(BytesView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* member = object.if_contains(name);
  return member != nullptr && member->is_string() ? std::string(member->as_string()) : "";
}

Result<Bytes> bytes_of(const json::object& key, std::string_view name) {
  auto bytes = decode_base64url(text_of(key, name));
  if (bytes && !bytes->empty()) return bytes;
  return invalid("its member " + std::string(name) + " is missing or no Base64 for URLs");
}

Number number_of(BytesView bytes) {
  return {BN_bin2bn(data_of(bytes), static_cast<int>(bytes.size()), nullptr), BN_free};
}

// None: OpenSSL does not like it.
PublicKey make_key(const char* kind, OSSL_PARAM_BLD* builder) {
  const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> parameters(
      OSSL_PARAM_BLD_to_param(builder), OSSL_PARAM_free);
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr), EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  check(EVP_PKEY_fromdata_init(context.get()) == 1, "a key can be made");
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return {key, EVP_PKEY_free};
}

using Builder = std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)>;
Builder new_builder() {
  return {OSSL_PARAM_BLD_new(), OSSL_PARAM_BLD_free};
}

Result<PublicKey> read_rsa(const json::object& key) {
  const Bytes modulus = TRY(bytes_of(key, "n"));
  const Bytes exponent = TRY(bytes_of(key, "e"));
  if (modulus.size() * 8 > 16'384 || exponent.size() > 8) return invalid("it is too long");
  const Number n = number_of(modulus);
  const Number e = number_of(exponent);
  if (BN_num_bits(n.get()) < static_cast<int>(kRsaBitsMin)) {
    return invalid("an RSA key has at least 2048 bits");
  }
  const Builder builder = new_builder();
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  auto made = make_key("RSA", builder.get());
  if (made == nullptr) return invalid("it is no RSA key");
  return made;
}

Result<PublicKey> read_ec(const json::object& key) {
  const Bytes x = TRY(bytes_of(key, "x"));
  const Bytes y = TRY(bytes_of(key, "y"));
  if (x.size() != kCoordinateBytes || y.size() != kCoordinateBytes) {
    return invalid("it is no point of P-256");
  }
  Bytes point{std::byte{4}};  // not compressed
  point.insert(point.end(), x.begin(), x.end());
  point.insert(point.end(), y.begin(), y.end());
  const Builder builder = new_builder();
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  auto made = make_key("EC", builder.get());
  if (made == nullptr) return invalid("it is no point of P-256");
  return made;
}

bool fits_algorithm(const json::object& key, std::string_view algorithm) {
  const std::string said = text_of(key, "alg");
  return said.empty() || said == algorithm;
}

// None: a key for something else.
Result<std::optional<SigningKey>> read_key(const json::object& key) {
  const std::string kind = text_of(key, "kty");
  SigningKey read{.id = text_of(key, "kid"), .public_key = nullptr, .secret = {}};
  if (text_of(key, "use") == "enc") return std::optional<SigningKey>();
  if (kind == "RSA" && fits_algorithm(key, "RS256")) {
    read.public_key = TRY(read_rsa(key));
  } else if (kind == "EC" && text_of(key, "crv") == "P-256" && fits_algorithm(key, "ES256")) {
    read.algorithm = Algorithm::es256;
    read.public_key = TRY(read_ec(key));
  } else if (kind == "oct" && fits_algorithm(key, "HS256")) {
    read.algorithm = Algorithm::hs256;
    read.secret = TRY(bytes_of(key, "k"));
    if (read.secret.size() < kSecretBytesMin) {
      return invalid("a symmetric key has at least 256 bits");
    }
  } else {
    return std::optional<SigningKey>();
  }
  return std::optional(std::move(read));
}

bool verifies_hmac(BytesView secret, std::string_view text, BytesView signature) {
  std::array<unsigned char, 32> mac{};
  unsigned size = 0;
  const auto* done = HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                          data_of(as_bytes(text)), text.size(), mac.data(), &size);
  check(done != nullptr && size == mac.size(), "a keyed digest can be made");
  return signature.size() == mac.size() &&
         CRYPTO_memcmp(signature.data(), mac.data(), mac.size()) == 0;
}

// r and s behind one another become the DER form that OpenSSL reads.
Bytes to_der(BytesView signature) {
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(ECDSA_SIG_new(), ECDSA_SIG_free);
  ECDSA_SIG_set0(pair.get(), number_of(signature.first(kCoordinateBytes)).release(),
                 number_of(signature.subspan(kCoordinateBytes)).release());
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  check(size > 0, "a signature can be encoded");
  const auto bytes = std::as_bytes(std::span(der, static_cast<size_t>(size)));
  Bytes result(bytes.begin(), bytes.end());
  OPENSSL_free(der);
  return result;
}

bool verifies_public(EVP_PKEY* key, std::string_view text, BytesView signature) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  const bool is_ready =
      EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1;
  const bool is_good =
      is_ready && EVP_DigestVerify(context.get(), data_of(signature), signature.size(),
                                   data_of(as_bytes(text)), text.size()) == 1;
  ERR_clear_error();
  return is_good;
}

}  // namespace

bool SigningKey::verifies(std::string_view text, BytesView signature) const {
  switch (algorithm) {
    case Algorithm::hs256:
      return verifies_hmac(secret, text, signature);
    case Algorithm::es256:
      return signature.size() == 2 * kCoordinateBytes &&
             verifies_public(public_key.get(), text, to_der(signature));
    case Algorithm::rs256:
      return verifies_public(public_key.get(), text, signature);
  }
  return false;
}

Result<KeySet> KeySet::parse(std::string_view text) {
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  const json::value* list =
      error || !value.is_object() ? nullptr : value.as_object().if_contains("keys");
  if (list == nullptr || !list->is_array()) {
    return invalid("it is no key set: {\"keys\": [{\"kty\": …}]} (RFC 7517)");
  }
  KeySet set;
  size_t number = 0;
  for (const json::value& entry : list->as_array()) {
    const std::string which = "key " + std::to_string(number++);
    if (!entry.is_object()) return invalid(which + " is no object");
    auto key = read_key(entry.as_object());
    if (!key) return key.error().with_context(which);
    if (*key) set.keys_.push_back(**std::move(key));
  }
  if (set.keys_.empty()) {
    return invalid("it has no key for RS256, ES256 or HS256");
  }
  return set;
}

}  // namespace tarn::jwt
