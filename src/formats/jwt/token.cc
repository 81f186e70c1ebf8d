#include "formats/jwt/token.h"

#include <algorithm>
#include <cmath>

#include <boost/json.hpp>

#include "base/base64.h"

namespace tarn::jwt {
namespace {

namespace json = boost::json;

constexpr size_t kTokenBytesMax = 64 << 10;
constexpr size_t kPrincipalBytesMax = 250;
constexpr size_t kShownBytes = 100;
constexpr double kSecondsMax = 253'402'300'799.0;  // the end of the year 9999

Error malformed(std::string_view what) {
  return {ErrorCode::invalid_argument, "not a signed token: " + std::string(what)};
}
Error refused(std::string what) {
  return {ErrorCode::permission_denied, "the token " + std::move(what)};
}

Result<json::object> read_object(std::string_view part, std::string_view what) {
  const auto bytes = decode_base64url(part);
  if (!bytes) return malformed(std::string(what) + " is no Base64 for URLs");
  boost::system::error_code error;
  json::value value = json::parse(as_text(*bytes), error);
  if (error || !value.is_object()) return malformed(std::string(what) + " is no JSON object");
  return std::move(value.as_object());
}

std::optional<std::string> text_of(const json::object& object, std::string_view name) {
  const json::value* member = object.if_contains(name);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return std::string(member->as_string());
}

// Seconds since 1970, which may have a fraction; none: not there.
Result<std::optional<Timestamp>> time_of(const json::object& claims, std::string_view name) {
  const json::value* member = claims.if_contains(name);
  if (member == nullptr) return std::optional<Timestamp>();
  if (!member->is_number()) return malformed(std::string(name) + " is no number");
  const auto seconds = member->to_number<double>();
  if (!(seconds >= 0 && seconds <= kSecondsMax))
    return malformed(std::string(name) + " is no time");
  return std::optional(from_unix_millis(static_cast<int64_t>(std::floor(seconds * 1000))));
}

std::string_view name_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::rs256:
      return "RS256";
    case Algorithm::es256:
      return "ES256";
    case Algorithm::hs256:
      return "HS256";
  }
  return "";
}

Status check_signature(const json::object& header, const KeySet& keys, std::string_view signed_text,
                       BytesView signature) {
  const auto algorithm = text_of(header, "alg").value_or("");
  const auto id = text_of(header, "kid");
  if (header.contains("crit")) return refused("wants an extension that nobody here knows (crit)");
  bool is_known = false;
  for (const SigningKey& key : keys.keys()) {
    if (name_of(key.algorithm) != algorithm) continue;
    if (id && !key.id.empty() && key.id != *id) continue;
    is_known = true;
    if (key.verifies(signed_text, signature)) return {};
  }
  if (is_known) return refused("has a wrong signature");
  return refused("is signed by no key that is known (" + algorithm.substr(0, kShownBytes) +
                 (id ? ", kid " + id->substr(0, kShownBytes) : "") + ")");
}

bool names(const json::object& claims, std::string_view audience) {
  const json::value* said = claims.if_contains("aud");
  if (said == nullptr) return false;
  if (said->is_string()) return said->as_string() == audience;
  return said->is_array() && std::ranges::any_of(said->as_array(), [&](const json::value& one) {
           return one.is_string() && one.as_string() == audience;
         });
}

Result<Claims> check_claims(const json::object& claims, const Expectations& expected,
                            Timestamp now) {
  const auto expires = TRY(time_of(claims, "exp"));
  const auto begins = TRY(time_of(claims, "nbf"));
  if (!expires) return refused("does not say when it ends (exp)");
  if (now >= *expires + expected.clock_skew) return refused("has ended on " + to_iso8601(*expires));
  if (begins && now + expected.clock_skew < *begins) {
    return refused("begins to hold on " + to_iso8601(*begins));
  }
  if (expected.issuer && text_of(claims, "iss") != expected.issuer) {
    return refused("is of another issuer (iss)");
  }
  if (expected.audience && !names(claims, *expected.audience)) {
    return refused("is for another audience (aud)");
  }
  auto principal = text_of(claims, expected.principal);
  if (!principal || principal->empty() || principal->size() > kPrincipalBytesMax) {
    return refused("does not say whose it is (" + expected.principal + ")");
  }
  return Claims{.principal = *std::move(principal), .expires = *expires};
}

}  // namespace

// header . claims . signature, each in Base64 for URLs
Result<Claims> verify(std::string_view token, const KeySet& keys, const Expectations& expected,
                      Timestamp now) {
  if (token.size() > kTokenBytesMax) return malformed("it is too long");
  const size_t first = token.find('.');
  const size_t second = token.find('.', std::min(first, token.size() - 1) + 1);
  if (first == std::string_view::npos || second == std::string_view::npos ||
      token.find('.', second + 1) != std::string_view::npos) {
    return malformed("it has not three parts");
  }
  const auto header = TRY(read_object(token.substr(0, first), "its header"));
  const auto signature = decode_base64url(token.substr(second + 1));
  if (!signature) return malformed("its signature is no Base64 for URLs");
  TRY(check_signature(header, keys, token.substr(0, second), *signature));
  const auto claims = TRY(read_object(token.substr(first + 1, second - first - 1), "its claims"));
  return check_claims(claims, expected, now);
}

}  // namespace tarn::jwt
