#include "engines/http/url.h"

#include <algorithm>
#include <charconv>

namespace tarn::http {
namespace {

Error not_a_url(std::string_view why) {
  return {ErrorCode::invalid_argument, "not an http or https URL: " + std::string(why)};
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lowered;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

uint16_t default_port(std::string_view scheme) {
  return scheme == "https" ? 443 : 80;
}

Result<uint16_t> parse_port(std::string_view text) {
  uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, port);
  if (failure != std::errc() || stop != end || port == 0) {
    return not_a_url("its port is not a number from 1 to 65535");
  }
  return port;
}

bool is_host_character(char c) {
  return is_unreserved(c) || c == ':';
}

// "host", "host:80", "[::1]:80" into url.host and url.port.
Status parse_authority(std::string_view authority, Url& url) {
  if (authority.contains('@')) {
    return not_a_url("it holds a user name or password; send an Authorization header instead");
  }
  std::string_view host = authority;
  std::string_view port;
  if (authority.starts_with('[')) {
    const size_t end = authority.find(']');
    if (end == std::string_view::npos) return not_a_url("a bracket of its host is not closed");
    host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
    if (!port.empty() && port[0] != ':') return not_a_url("there is text after the bracket");
    if (!host.contains(':')) return not_a_url("only IPv6 addresses stand in brackets");
  } else if (const size_t colon = authority.find(':'); colon != std::string_view::npos) {
    host = authority.substr(0, colon);
    port = authority.substr(colon);
  }
  if (host.empty()) return not_a_url("it has no host");
  if (!std::ranges::all_of(host, is_host_character)) return not_a_url("its host is malformed");
  url.host = lower_case(host);
  url.port = default_port(url.scheme);
  if (port.size() > 1) url.port = TRY(parse_port(port.substr(1)));
  return {};
}

// RFC 3986, section 5.2.4, over whole segments.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> segments;
  bool ends_in_folder = false;
  for (size_t start = 1; start <= path.size();) {
    const size_t end = std::min(path.find('/', start), path.size());
    const std::string_view segment = path.substr(start, end - start);
    ends_in_folder = segment == "." || segment == "..";
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (segment != ".") {
      segments.push_back(segment);
    }
    start = end + 1;
  }
  std::string clean;
  for (std::string_view segment : segments) clean.append("/").append(segment);
  if (ends_in_folder || clean.empty()) clean += '/';
  return clean;
}

bool has_scheme(std::string_view reference) {
  const size_t colon = reference.find(':');
  return colon != std::string_view::npos && colon > 0 &&
         reference.substr(0, colon).find_first_of("/?#") == std::string_view::npos;
}

void split_target(std::string_view target, Url& url) {
  const size_t question = target.find('?');
  url.path = target.substr(0, question);
  url.query = question == std::string_view::npos ? "" : std::string(target.substr(question + 1));
}

std::string decode_form(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return spaced;
}

bool is_target_character(char c) {
  return static_cast<unsigned char>(c) > ' ' && c != 0x7f;
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  if (!std::ranges::all_of(text, is_target_character)) {
    return not_a_url("it holds spaces or control characters");
  }
  const size_t colon = text.find("://");
  if (colon == std::string_view::npos) return not_a_url("it does not begin with a scheme");
  Url url;
  url.scheme = lower_case(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https") {
    return not_a_url("its scheme is neither http nor https");
  }
  std::string_view rest = text.substr(colon + 3);
  rest = rest.substr(0, rest.find('#'));
  const size_t path = std::min(rest.find_first_of("/?"), rest.size());
  if (auto parsed = parse_authority(rest.substr(0, path), url); !parsed) return parsed.error();
  split_target(rest.substr(path), url);
  if (url.path.empty()) url.path = "/";
  return url;
}

std::string Url::target() const {
  return query.empty() ? path : path + "?" + query;
}

std::string Url::authority() const {
  std::string text = host.contains(':') ? "[" + host + "]" : host;
  if (port != default_port(scheme)) text += ":" + std::to_string(port);
  return text;
}

std::string Url::origin() const {
  return scheme + "://" + authority();
}

std::string Url::to_string() const {
  return origin() + target();
}

std::string Url::to_display() const {
  return origin() + path;
}

bool Url::has_same_origin(const Url& other) const {
  return scheme == other.scheme && host == other.host && port == other.port;
}

Result<Url> Url::resolve(std::string_view reference) const {
  if (has_scheme(reference)) return parse(reference);
  if (reference.starts_with("//")) return parse(scheme + ":" + std::string(reference));
  if (!std::ranges::all_of(reference, is_target_character)) {
    return not_a_url("it holds spaces or control characters");
  }
  reference = reference.substr(0, reference.find('#'));
  Url url = *this;
  if (reference.empty()) return url;
  if (reference.starts_with('?')) {
    url.query = reference.substr(1);
    return url;
  }
  split_target(reference, url);
  if (!url.path.starts_with('/')) url.path = path.substr(0, path.rfind('/') + 1) + url.path;
  url.path = without_dot_segments(url.path);
  return url;
}

void Url::set_parameter(std::string_view name, std::string_view value) {
  const std::string pair = percent_encode(name) + "=" + percent_encode(value);
  std::string replaced;
  bool found = false;
  for (size_t start = 0; start < query.size();) {
    const size_t end = std::min(query.find('&', start), query.size());
    std::string_view part = std::string_view(query).substr(start, end - start);
    const auto part_name = percent_decode(decode_form(part.substr(0, part.find('='))));
    start = end + 1;
    if (part_name && *part_name == name) {
      if (found) continue;
      found = true;
      part = pair;
    }
    if (!replaced.empty()) replaced += '&';
    replaced += part;
  }
  if (!found) replaced += (replaced.empty() ? "" : "&") + pair;
  query = std::move(replaced);
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kDigits[byte >> 4];
    encoded += kDigits[byte & 15];
  }
  return encoded;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return Error(ErrorCode::invalid_argument, "a percent sign is not followed by two hex digits");
    }
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

Result<Parameters> parse_query(std::string_view query) {
  Parameters parameters;
  for (size_t start = 0; start < query.size();) {
    const size_t end = std::min(query.find('&', start), query.size());
    const std::string_view part = query.substr(start, end - start);
    start = end + 1;
    if (part.empty()) continue;
    const size_t equals = std::min(part.find('='), part.size());
    auto name = TRY(percent_decode(decode_form(part.substr(0, equals))));
    const std::string_view raw = equals < part.size() ? part.substr(equals + 1) : "";
    parameters.emplace_back(std::move(name), TRY(percent_decode(decode_form(raw))));
  }
  return parameters;
}

}  // namespace tarn::http
