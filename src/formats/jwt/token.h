// Signed tokens: JSON Web Tokens (RFC 7519) in the compact form (RFC 7515).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "formats/jwt/key_set.h"

namespace tarn::jwt {

struct Expectations {
  std::optional<std::string> issuer;
  std::optional<std::string> audience;
  std::string principal = "sub";  // the claim that names the user
  Millis clock_skew = std::chrono::seconds(30);
};

struct Claims {
  std::string principal;
  Timestamp expires;
};

// A token ends (exp), and its signature is that of a key of the set by the algorithm of that key:
// one without a signature ("none") is never taken. Errors: invalid_argument (it is no token),
// permission_denied with what is wrong.
Result<Claims> verify(std::string_view token, const KeySet& keys, const Expectations& expected,
                      Timestamp now);

}  // namespace tarn::jwt
