// PLAIN (RFC 4616): a name and a password as they are.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace tarn::sasl {

struct PlainCredentials {
  std::string user;
  std::string password;
};

// Errors: invalid_argument when it is not two or three texts apart, or asks to act as another user.
Result<PlainCredentials> read_plain(BytesView message);

}  // namespace tarn::sasl
