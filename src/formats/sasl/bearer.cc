#include "formats/sasl/bearer.h"

#include <algorithm>
#include <optional>

namespace tarn::sasl {
namespace {

constexpr char kSeparator = '\x01';

Error malformed(std::string_view what) {
  return {ErrorCode::invalid_argument,
          "the message is not one of OAUTHBEARER: " + std::string(what)};
}

// Takes what stands before the next separator; none: there is no separator.
std::optional<std::string_view> take(std::string_view& rest, char separator) {
  const size_t end = rest.find(separator);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return part;
}

bool is_lower_case_of(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](unsigned char one, unsigned char other) {
    return std::tolower(one) == other;
  });
}

}  // namespace

// n,[a=authzid],^A name=value ^A … ^A ^A, where auth=Bearer <token> is one of the values
Result<BearerLogin> read_bearer(BytesView message) {
  std::string_view rest = as_text(message);
  const auto binding = take(rest, ',');
  const auto acting_as = binding ? take(rest, ',') : std::nullopt;
  if (!acting_as || (binding != "n" && binding != "y")) return malformed("its beginning");
  BearerLogin login;
  if (acting_as->starts_with("a=")) {
    login.acting_as = acting_as->substr(2);
  } else if (!acting_as->empty()) {
    return malformed("its beginning");
  }
  if (take(rest, kSeparator) != "") return malformed("its beginning");
  while (true) {
    const auto pair = take(rest, kSeparator);
    if (!pair) return malformed("its end is missing");
    if (pair->empty()) break;
    const size_t equals = pair->find('=');
    if (equals == 0 || equals == std::string_view::npos) return malformed("a part has no name");
    if (pair->substr(0, equals) != "auth") continue;
    const std::string_view value = pair->substr(equals + 1);
    constexpr std::string_view kScheme = "bearer ";
    if (!is_lower_case_of(value.substr(0, kScheme.size()), kScheme)) {
      return malformed("its token is none of a bearer");
    }
    login.token = value.substr(kScheme.size());
  }
  if (!rest.empty()) return malformed("something stands behind its end");
  if (login.token.empty()) return malformed("it has no token");
  return login;
}

}  // namespace tarn::sasl
