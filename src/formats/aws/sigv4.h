// AWS Signature Version 4, the server's side: who has signed a request, and did he?
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/time.h"

namespace tarn::aws {

// A request as it came over the wire.
struct SignedRequest {
  std::string method = "GET";
  std::string path = "/";  // as in the request line
  std::string query;       // without '?', as in the request line
  std::vector<std::pair<std::string, std::string>> headers;
  std::string payload_hash;  // SHA-256 of the body in hex digits, or what the service allows
};

// What a request says of its signature.
struct Signature {
  std::string access_key_id;
  std::string day;  // 20150830
  std::string region;
  std::string service;
  Timestamp at;
  std::vector<std::string> signed_headers;      // in lower case
  std::string hex;                              // the signature itself
  std::optional<std::chrono::seconds> expires;  // of presigned requests
};

// Errors of both: invalid_argument.
// The headers Authorization and X-Amz-Date.
Result<Signature> read_authorization(std::string_view authorization, std::string_view date);
// The parameters X-Amz-… of a presigned URL.
Result<Signature> read_presigned(std::string_view query);

// normalized: without "." and ".." and doubled slashes; as_sent: of S3.
enum class PathRule { normalized, as_sent };

// Does whoever knows the secret say so, and is it time? Errors: permission_denied with what is
// wrong, invalid_argument (the host is not signed, the day is another one).
Status verify(const SignedRequest& request, const Signature& signature, std::string_view secret,
              Timestamp now, PathRule paths = PathRule::normalized);

// For the signing side.
std::string sign(const SignedRequest& request, const Signature& scope, std::string_view secret,
                 PathRule paths = PathRule::normalized);
// 20150830T123600Z
std::string format_time(Timestamp at);

// name=value&… into pairs, percent-decoded.
Result<std::vector<std::pair<std::string, std::string>>> decode_query(std::string_view query);
// As the canonical form has it: all but A-Z a-z 0-9 - _ . ~
std::string percent_encode(std::string_view text);

inline constexpr std::string_view kHashOfNothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
inline constexpr std::chrono::minutes kClockSkewMax{5};

}  // namespace tarn::aws
