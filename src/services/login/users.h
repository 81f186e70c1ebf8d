// Users and what is known of their passwords.
#pragma once

#include <map>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "formats/sasl/scram.h"

namespace tarn::login {

using Credentials = std::map<sasl::ScramHash, sasl::ScramCredential>;

enum class Origin { stored, configured };

struct User {
  Credentials credentials;
  Origin origin = Origin::stored;  // configured: of tarn.yaml, and only changed there
};
using Users = std::map<std::string, User>;

// The value of an entry "user/<name>" of the broker's metadata (docs/formats/broker-metadata.md).
Bytes encode_credentials(const Credentials& credentials);
Result<Credentials> decode_credentials(BytesView bytes);

// Of both kinds, with new salt. Takes time: that is its purpose.
Credentials make_credentials(std::string_view password);
// 16 bytes by chance, of the operating system.
Bytes random_bytes(size_t count = 16);

// 1 to 250 printable characters. Errors: invalid_argument.
Status check_user_name(std::string_view name);

}  // namespace tarn::login
