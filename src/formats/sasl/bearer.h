// OAUTHBEARER (RFC 7628): a token instead of a password.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace tarn::sasl {

struct BearerLogin {
  std::string acting_as;  // empty: whom the token names
  std::string token;
};

// The client's first message. Extensions of Kafka's (KIP-342) are read and not used. Errors:
// invalid_argument.
Result<BearerLogin> read_bearer(BytesView message);

}  // namespace tarn::sasl
