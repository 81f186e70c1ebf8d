#include "formats/aws/msk_login.h"

#include <algorithm>
#include <map>

#include <boost/json.hpp>

#include "base/base64.h"
#include "formats/aws/sigv4.h"

namespace tarn::aws {
namespace {

namespace json = boost::json;

constexpr std::string_view kVersion = "2020_10_22";
constexpr std::string_view kService = "kafka-cluster";
constexpr std::string_view kAction = "kafka-cluster:Connect";
constexpr size_t kPayloadBytesMax = 16 << 10;

Error malformed(std::string_view what) {
  return {ErrorCode::invalid_argument, "not a login of MSK: " + std::string(what)};
}

Result<std::map<std::string, std::string>> read_members(BytesView payload) {
  if (payload.size() > kPayloadBytesMax) return malformed("it is too large");
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 2;
  const json::value value = json::parse(as_text(payload), error, {}, options);
  if (error || !value.is_object()) return malformed("it is no JSON object");
  std::map<std::string, std::string> members;
  for (const auto& [name, member] : value.as_object()) {
    if (!member.is_string()) return malformed("a member is no text");
    members.emplace(name, member.as_string());
  }
  return members;
}

// One parameter of the request that was signed: its name there, and in the payload.
struct Parameter {
  std::string_view name;
  std::string_view member;
  bool is_required = true;
};
constexpr Parameter kParameters[] = {
    {"Action", "action"},
    {"X-Amz-Algorithm", "x-amz-algorithm"},
    {"X-Amz-Credential", "x-amz-credential"},
    {"X-Amz-Date", "x-amz-date"},
    {"X-Amz-Expires", "x-amz-expires"},
    {"X-Amz-Security-Token", "x-amz-security-token", false},
    {"X-Amz-Signature", "x-amz-signature"},
    {"X-Amz-SignedHeaders", "x-amz-signedheaders"},
};

Result<MskLogin> verify_request(const std::string& host, const std::string& query,
                                const SecretOfKey& secrets, Timestamp now) {
  const Signature signature = TRY(read_presigned(query));
  if (signature.service != kService) return malformed("it is signed for another service");
  const auto secret = secrets(signature.access_key_id);
  if (!secret) {
    return Error(ErrorCode::permission_denied,
                 "nobody knows the access key " + signature.access_key_id);
  }
  const SignedRequest request{
      .query = query, .headers = {{"host", host}}, .payload_hash = std::string(kHashOfNothing)};
  TRY(verify(request, signature, *secret, now));
  return MskLogin{.access_key_id = signature.access_key_id,
                  .until = signature.at + signature.expires.value_or(std::chrono::seconds(0))};
}

}  // namespace

Result<MskLogin> verify_msk_payload(BytesView payload, const SecretOfKey& secrets, Timestamp now) {
  const auto members = TRY(read_members(payload));
  auto find = [&](std::string_view name) {
    const auto found = members.find(std::string(name));
    return found == members.end() ? std::string() : found->second;
  };
  if (find("version") != kVersion) return malformed("its version is another one");
  if (find("action") != kAction) return malformed("it wants another action");
  const std::string host = find("host");
  if (host.empty()) return malformed("host is missing");
  std::string query;
  for (const Parameter& parameter : kParameters) {
    const std::string value = find(parameter.member);
    if (value.empty() && !parameter.is_required) continue;
    if (value.empty()) return malformed(std::string(parameter.member) + " is missing");
    query += (query.empty() ? "" : "&") + std::string(parameter.name) + "=" + percent_encode(value);
  }
  return verify_request(host, query, secrets, now);
}

// https://kafka.<region>.amazonaws.com/?Action=…&X-Amz-…&User-Agent=…
Result<MskLogin> verify_msk_token(std::string_view token, const SecretOfKey& secrets,
                                  Timestamp now) {
  if (token.size() > kPayloadBytesMax) return malformed("it is too large");
  while (token.ends_with('=')) token.remove_suffix(1);
  const auto bytes = decode_base64url(token);
  if (!bytes) return malformed("it is no Base64");
  std::string_view url = as_text(*bytes);
  constexpr std::string_view kScheme = "https://";
  const size_t path = url.find("/?");
  if (!url.starts_with(kScheme) || path == std::string_view::npos || path <= kScheme.size()) {
    return malformed("it is no URL");
  }
  const std::string host(url.substr(kScheme.size(), path - kScheme.size()));
  if (!host.starts_with("kafka.")) return malformed("it is a URL of another service");
  std::string query;
  bool has_action = false;
  // The name of the library is added when the rest is signed.
  for (const auto& [name, value] : TRY(decode_query(url.substr(path + 2)))) {
    if (name == "User-Agent") continue;
    has_action = has_action || (name == "Action" && value == kAction);
    query += (query.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(value);
  }
  if (!has_action) return malformed("it wants another action");
  return verify_request(host, query, secrets, now);
}

std::string msk_answer(std::string_view request_id) {
  return json::serialize(json::object{{"version", kVersion}, {"request-id", request_id}});
}

}  // namespace tarn::aws
