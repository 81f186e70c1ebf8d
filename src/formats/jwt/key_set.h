// The keys that sign tokens: a JSON Web Key Set (RFC 7517).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

struct evp_pkey_st;

namespace tarn::jwt {

// Each kind of key has one algorithm here, so that a token cannot choose how it is verified.
enum class Algorithm { rs256, es256, hs256 };

struct SigningKey {
  std::string id;  // kid; empty: it has none
  Algorithm algorithm = Algorithm::rs256;
  std::shared_ptr<evp_pkey_st> public_key;  // of RS256 and ES256
  Bytes secret;                             // of HS256

  // Is this the signature of the text?
  [[nodiscard]] bool verifies(std::string_view text, BytesView signature) const;
};

class KeySet {
 public:
  // RSA keys of 2048 bits and more, P-256, and symmetric keys of 256 bits and more; keys of other
  // kinds and those for encryption are passed over. Errors: invalid_argument (no such JSON, a key
  // that is broken or too short, none that can be used).
  static Result<KeySet> parse(std::string_view json);

  [[nodiscard]] const std::vector<SigningKey>& keys() const { return keys_; }

 private:
  std::vector<SigningKey> keys_;
};

}  // namespace tarn::jwt
