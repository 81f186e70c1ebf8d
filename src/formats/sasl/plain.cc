#include "formats/sasl/plain.h"

namespace tarn::sasl {

// authorization id (may be empty) · NUL · user · NUL · password
Result<PlainCredentials> read_plain(BytesView message) {
  const std::string_view text = as_text(message);
  const Error malformed(ErrorCode::invalid_argument, "the message is not one of SASL PLAIN");
  const size_t first = text.find('\0');
  if (first == std::string_view::npos) return malformed;
  const size_t second = text.find('\0', first + 1);
  if (second == std::string_view::npos || text.find('\0', second + 1) != std::string_view::npos) {
    return malformed;
  }
  const std::string_view acting_as = text.substr(0, first);
  const std::string_view user = text.substr(first + 1, second - first - 1);
  const std::string_view password = text.substr(second + 1);
  if (user.empty() || password.empty()) return malformed;
  if (!acting_as.empty() && acting_as != user) {
    return Error(ErrorCode::invalid_argument, "a user can only act as itself");
  }
  return PlainCredentials{std::string(user), std::string(password)};
}

}  // namespace tarn::sasl
