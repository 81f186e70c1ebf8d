#include "formats/aws/sigv4.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/check.h"
#include "base/sha256.h"

namespace tarn::aws {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kScopeEnd = "aws4_request";
constexpr std::string_view kDigits = "0123456789ABCDEF";
constexpr std::string_view kLowerDigits = "0123456789abcdef";
constexpr size_t kSignatureDigits = 64;

Error malformed(std::string_view what) {
  return {ErrorCode::invalid_argument, "not a signature of AWS: " + std::string(what)};
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return std::tolower(c); });
  return result;
}

std::string hmac(std::string_view key, std::string_view text) {
  std::string mac(32, '\0');
  unsigned size = 0;
  const auto* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                          reinterpret_cast<unsigned char*>(mac.data()), &size);
  check(done != nullptr && size == mac.size(), "a keyed digest can be made");
  return mac;
}

// At least so many, with zeros in front.
std::string digits(unsigned value, size_t count) {
  const std::string text = std::to_string(value);
  return std::string(count - std::min(count, text.size()), '0') + text;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view trimmed(std::string_view text) {
  const size_t first = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

// Runs of blanks become one.
std::string collapsed(std::string_view value) {
  std::string result;
  for (const char c : trimmed(value)) {
    const bool is_blank = c == ' ' || c == '\t';
    if (is_blank && result.ends_with(' ')) continue;
    result += is_blank ? ' ' : c;
  }
  return result;
}

Result<Timestamp> parse_time(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return malformed("its time");
  // The same with the separators of RFC 3339.
  std::string iso(text);
  for (const size_t at : {size_t{13}, size_t{11}}) iso.insert(at, ":");
  for (const size_t at : {size_t{6}, size_t{4}}) iso.insert(at, "-");
  auto parsed = parse_iso8601(iso);
  if (!parsed) return malformed("its time");
  return *parsed;
}

// KEY/20150830/us-east-1/service/aws4_request
Status read_credential(std::string_view text, Signature& into) {
  const auto parts = split(text, '/');
  if (parts.size() != 5 || parts[4] != kScopeEnd) return malformed("its credential");
  for (const auto part : parts) {
    if (part.empty()) return malformed("its credential");
  }
  into.access_key_id = parts[0];
  into.day = parts[1];
  into.region = parts[2];
  into.service = parts[3];
  return {};
}

Status read_signed_headers(std::string_view text, Signature& into) {
  for (const auto name : split(text, ';')) {
    if (name.empty() || lower(name) != name) return malformed("its signed headers");
    into.signed_headers.emplace_back(name);
  }
  return {};
}

Status read_signature(std::string_view text, Signature& into) {
  const bool is_hex = std::ranges::all_of(
      text, [](unsigned char c) { return std::isdigit(c) != 0 || (c >= 'a' && c <= 'f'); });
  if (text.size() != kSignatureDigits || !is_hex) return malformed("the signature itself");
  into.hex = text;
  return {};
}

std::string canonical_path(std::string_view path, PathRule rule) {
  if (rule == PathRule::as_sent) return path.empty() ? "/" : std::string(path);
  std::vector<std::string_view> kept;
  for (const auto part : split(path, '/')) {
    if (part == ".." && !kept.empty()) kept.pop_back();
    if (!part.empty() && part != "." && part != "..") kept.push_back(part);
  }
  std::string result;
  for (const auto part : kept) result += "/" + percent_encode(part);
  const bool ends_open = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
  if (result.empty() || ends_open) result += "/";
  return result;
}

std::string canonical_query(std::string_view query) {
  Pairs encoded;
  for (const auto& [name, value] : decode_query(query).value_or(Pairs())) {
    if (name == "X-Amz-Signature") continue;
    encoded.emplace_back(percent_encode(name), percent_encode(value));
  }
  std::ranges::sort(encoded);
  std::string result;
  for (const auto& [name, value] : encoded) {
    result += (result.empty() ? "" : "&") + name + "=" + value;
  }
  return result;
}

std::string canonical_headers(const Pairs& headers, const std::vector<std::string>& names) {
  std::string result;
  for (const std::string& wanted : names) {
    std::string values;
    bool is_first = true;
    for (const auto& [name, value] : headers) {
      if (lower(name) != wanted) continue;
      values += (is_first ? "" : ",") + collapsed(value);
      is_first = false;
    }
    result += wanted + ":" + values + "\n";
  }
  return result;
}

std::string joined(const std::vector<std::string>& names) {
  std::string result;
  for (const auto& name : names) result += (result.empty() ? "" : ";") + name;
  return result;
}

Status check_time(const Signature& signature, Timestamp now) {
  if (!format_time(signature.at).starts_with(signature.day)) {
    return malformed("its day is not that of its time");
  }
  const Error refused(ErrorCode::permission_denied,
                      "the request was signed at " + to_iso8601(signature.at) + ", and it is now " +
                          to_iso8601(now) + ": compare the clocks");
  if (signature.at > now + kClockSkewMax) return refused;
  const std::chrono::seconds holds = signature.expires.value_or(kClockSkewMax);
  if (now > signature.at + holds) return refused;
  return {};
}

}  // namespace

std::string percent_encode(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                          (c >= '0' && c <= '9') ||
                          std::string_view("-_.~").find(c) != std::string_view::npos;
    if (is_plain) {
      result += c;
    } else {
      result += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return result;
}

Result<Pairs> decode_query(std::string_view query) {
  auto decode = [](std::string_view text) -> Result<std::string> {
    std::string result;
    for (size_t i = 0; i < text.size(); ++i) {
      unsigned byte = 0;
      const char* digits = text.data() + i + 1;
      if (text[i] != '%') {
        result += text[i];
      } else if (i + 2 < text.size() &&
                 std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
        result += static_cast<char>(byte);
        i += 2;
      } else {
        return malformed("a percent sign without two hex digits");
      }
    }
    return result;
  };
  Pairs pairs;
  if (query.empty()) return pairs;
  for (const auto part : split(query, '&')) {
    if (part.empty()) continue;
    const size_t equals = std::min(part.find('='), part.size());
    const std::string_view value = part.substr(std::min(equals + 1, part.size()));
    pairs.emplace_back(TRY(decode(part.substr(0, equals))), TRY(decode(value)));
  }
  return pairs;
}

std::string format_time(Timestamp at) {
  const CivilTime civil = to_civil(at);
  return digits(static_cast<unsigned>(civil.year), 4) + digits(civil.month, 2) +
         digits(civil.day, 2) + "T" + digits(civil.hour, 2) + digits(civil.minute, 2) +
         digits(civil.second, 2) + "Z";
}

// AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…
Result<Signature> read_authorization(std::string_view authorization, std::string_view date) {
  if (!authorization.starts_with(kAlgorithm)) return malformed("its algorithm");
  Signature signature;
  signature.at = TRY(parse_time(date));
  for (const auto part : split(authorization.substr(kAlgorithm.size()), ',')) {
    const std::string_view field = trimmed(part);
    const size_t equals = std::min(field.find('='), field.size());
    const std::string_view value = field.substr(std::min(equals + 1, field.size()));
    if (field.starts_with("Credential=")) TRY(read_credential(value, signature));
    if (field.starts_with("SignedHeaders=")) TRY(read_signed_headers(value, signature));
    if (field.starts_with("Signature=")) TRY(read_signature(value, signature));
  }
  if (signature.access_key_id.empty() || signature.signed_headers.empty() ||
      signature.hex.empty()) {
    return malformed("a part of the header is missing");
  }
  return signature;
}

Result<Signature> read_presigned(std::string_view query) {
  const Pairs pairs = TRY(decode_query(query));
  auto find = [&](std::string_view name) -> Result<std::string> {
    const auto found = std::ranges::find(pairs, name, &Pairs::value_type::first);
    if (found == pairs.end()) return malformed(std::string(name) + " is missing");
    return found->second;
  };
  if (TRY(find("X-Amz-Algorithm")) != kAlgorithm) return malformed("its algorithm");
  Signature signature;
  TRY(read_credential(TRY(find("X-Amz-Credential")), signature));
  TRY(read_signed_headers(TRY(find("X-Amz-SignedHeaders")), signature));
  TRY(read_signature(TRY(find("X-Amz-Signature")), signature));
  signature.at = TRY(parse_time(TRY(find("X-Amz-Date"))));
  const std::string expires = TRY(find("X-Amz-Expires"));
  constexpr int kWeek = 604'800;
  int seconds = 0;
  const char* last = expires.data() + expires.size();
  const auto [end, error] = std::from_chars(expires.data(), last, seconds);
  if (error != std::errc() || end != last || seconds < 1 || seconds > kWeek) {
    return malformed("X-Amz-Expires is a number of seconds up to a week");
  }
  signature.expires = std::chrono::seconds(seconds);
  return signature;
}

std::string sign(const SignedRequest& request, const Signature& scope, std::string_view secret,
                 PathRule paths) {
  const std::string canonical = request.method + "\n" + canonical_path(request.path, paths) + "\n" +
                                canonical_query(request.query) + "\n" +
                                canonical_headers(request.headers, scope.signed_headers) + "\n" +
                                joined(scope.signed_headers) + "\n" + request.payload_hash;
  std::string to_sign = std::string(kAlgorithm) + "\n" + format_time(scope.at) + "\n";
  for (const std::string& step : {scope.day, scope.region, scope.service}) to_sign += step + "/";
  to_sign += std::string(kScopeEnd) + "\n" + sha256_hex(as_bytes(canonical));
  std::string key = hmac("AWS4" + std::string(secret), scope.day);
  for (const std::string_view step :
       {std::string_view(scope.region), std::string_view(scope.service), kScopeEnd}) {
    key = hmac(key, step);
  }
  std::string hex;
  for (const char c : hmac(key, to_sign)) {
    const auto byte = static_cast<unsigned char>(c);
    hex += {kLowerDigits[byte >> 4], kLowerDigits[byte & 15]};
  }
  return hex;
}

Status verify(const SignedRequest& request, const Signature& signature, std::string_view secret,
              Timestamp now, PathRule paths) {
  if (std::ranges::find(signature.signed_headers, "host") == signature.signed_headers.end()) {
    return malformed("the host is not signed");
  }
  TRY(check_time(signature, now));
  const std::string expected = sign(request, signature, secret, paths);
  if (expected.size() == signature.hex.size() &&
      CRYPTO_memcmp(expected.data(), signature.hex.data(), expected.size()) == 0) {
    return {};
  }
  return Error(ErrorCode::permission_denied,
               "the signature is not made with the secret of the key");
}

}  // namespace tarn::aws
