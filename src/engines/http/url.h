// URLs of http and https (RFC 3986), and the encoding of their parts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "engines/http/message.h"

namespace tarn::http {

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // in lower case; an IPv6 address without its brackets
  uint16_t port = 0;
  std::string path;   // at least "/"; encoded
  std::string query;  // encoded, without the question mark

  // invalid_argument: not http(s), no host, user and password inside, spaces or control characters.
  // A fragment is dropped. The message never repeats the query.
  static Result<Url> parse(std::string_view text);

  [[nodiscard]] std::string target() const;     // "/path?query"
  [[nodiscard]] std::string authority() const;  // "host", or "host:8080" when not the default port
  [[nodiscard]] std::string origin() const;     // "https://host"
  [[nodiscard]] std::string to_string() const;
  // Without the query: what may be shown, since queries hold keys.
  [[nodiscard]] std::string to_display() const;
  [[nodiscard]] bool has_same_origin(const Url& other) const;

  // A reference as in Location or Link, seen from this URL (RFC 3986, section 5.2).
  [[nodiscard]] Result<Url> resolve(std::string_view reference) const;
  // Replaces the query parameter of this name, or adds it at the end.
  void set_parameter(std::string_view name, std::string_view value);
};

// Everything but unreserved characters is encoded.
std::string percent_encode(std::string_view text);
// invalid_argument for a broken %xy.
Result<std::string> percent_decode(std::string_view text);
// "a=1&b=x+y" -> decoded pairs; a plus is a space.
Result<Parameters> parse_query(std::string_view query);

}  // namespace tarn::http
