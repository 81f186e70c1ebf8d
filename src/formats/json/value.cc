#include "formats/json/value.h"

#include <algorithm>
#include <charconv>

#include "base/utf8.h"

namespace tarn::json {
namespace {

// All functions here walk over text that has been checked.

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

size_t string_length(std::string_view text) {
  size_t end = 1;
  while (text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  return end + 1;
}

size_t container_length(std::string_view text) {
  size_t depth = 0;
  for (size_t i = 0;;) {
    const char c = text[i];
    if (c == '"') {
      i += string_length(text.substr(i));
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    ++i;
    if (depth == 0) return i;
  }
}

size_t value_length(std::string_view text) {
  if (text[0] == '"') return string_length(text);
  if (text[0] == '{' || text[0] == '[') return container_length(text);
  return std::min(text.find_first_of(",]} \n\t\r"), text.size());
}

// Takes spaces, commas and colons off the front.
void skip_separators(std::string_view& text) {
  while (!text.empty() && (is_space(text[0]) || text[0] == ',' || text[0] == ':')) {
    text.remove_prefix(1);
  }
}

std::string_view take_value(std::string_view& text) {
  skip_separators(text);
  if (text.empty()) return {};
  const size_t length = value_length(text);
  const std::string_view raw = text.substr(0, length);
  text.remove_prefix(length);
  return raw;
}

std::string_view inside(std::string_view container) {
  return container.substr(1, container.size() - 2);
}

uint32_t hex4(std::string_view digits) {
  uint32_t value = 0;
  std::from_chars(digits.data(), digits.data() + 4, value, 16);
  return value;
}

// text stands behind "\u"; takes the digits of one code point, surrogate pairs included.
uint32_t take_code_point(std::string_view& text) {
  const uint32_t first = hex4(text);
  text.remove_prefix(4);
  if (first < 0xd800 || first >= 0xdc00 || !text.starts_with("\\u")) return first;
  const uint32_t second = hex4(text.substr(2));
  if (second < 0xdc00 || second >= 0xe000) return first;
  text.remove_prefix(6);
  return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
}

char plain_escape(char c) {
  constexpr std::string_view kLetters = "bfnrt";
  constexpr std::string_view kMeanings = "\b\f\n\r\t";
  const size_t known = kLetters.find(c);
  return known == std::string_view::npos ? c : kMeanings[known];
}

std::string decode(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    const size_t plain = std::min(text.find('\\'), text.size());
    decoded += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const char c = text[1];
    text.remove_prefix(2);
    if (c == 'u') {
      append_utf8(decoded, take_code_point(text));
    } else {
      decoded += plain_escape(c);
    }
  }
  return decoded;
}

constexpr std::string_view kHexDigits = "0123456789abcdef";

void append_quoted(std::string& out, char c) {
  if (c == '"' || c == '\\') {
    out += '\\';
    out += c;
  } else if (c == '\n') {
    out += "\\n";
  } else if (c == '\r') {
    out += "\\r";
  } else if (c == '\t') {
    out += "\\t";
  } else if (static_cast<unsigned char>(c) < 0x20) {
    out += "\\u00";
    out += kHexDigits[static_cast<size_t>(c) >> 4];
    out += kHexDigits[static_cast<size_t>(c) & 15];
  } else {
    out += c;
  }
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "boolean";
    case Kind::number:
      return "number";
    case Kind::string:
      return "string";
    case Kind::array:
      return "array";
    case Kind::object:
      return "object";
  }
  return "value";
}

Kind Value::kind() const {
  switch (raw_[0]) {
    case '{':
      return Kind::object;
    case '[':
      return Kind::array;
    case '"':
      return Kind::string;
    case 't':
    case 'f':
      return Kind::boolean;
    case 'n':
      return Kind::null;
    default:
      return Kind::number;
  }
}

std::string Value::compact() const {
  std::string out;
  out.reserve(raw_.size());
  for (size_t i = 0; i < raw_.size();) {
    const size_t length = raw_[i] == '"' ? string_length(raw_.substr(i)) : 1;
    if (!is_space(raw_[i])) out += raw_.substr(i, length);
    i += length;
  }
  return out;
}

std::string Value::text() const {
  return kind() == Kind::string ? decode(inside(raw_)) : std::string(raw_);
}

std::optional<int64_t> Value::integer() const {
  int64_t value = 0;
  const char* end = raw_.data() + raw_.size();
  const auto [stop, failure] = std::from_chars(raw_.data(), end, value);
  if (kind() != Kind::number || failure != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::optional<Value> Value::member(std::string_view name) const {
  std::optional<Value> found;
  Members members(*this);
  while (auto member = members.next()) {
    const std::string_view written = inside(member->first.raw_);
    const bool same = written.contains('\\') ? decode(written) == name : written == name;
    if (same) found = member->second;
  }
  return found;
}

std::optional<Value> Value::element(size_t index) const {
  Elements elements(*this);
  auto found = elements.next();
  for (size_t i = 0; found && i < index; ++i) found = elements.next();
  return found;
}

Elements::Elements(Value array) {
  if (array.kind() == Kind::array) rest_ = inside(array.raw_);
}

std::optional<Value> Elements::next() {
  const std::string_view raw = take_value(rest_);
  if (raw.empty()) return std::nullopt;
  return Value(raw);
}

Members::Members(Value object) {
  if (object.kind() == Kind::object) rest_ = inside(object.raw_);
}

std::optional<std::pair<Value, Value>> Members::next() {
  const std::string_view name = take_value(rest_);
  if (name.empty()) return std::nullopt;
  return std::pair(Value(name), Value(take_value(rest_)));
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const size_t length = utf8_length(text);
    if (length == 0) {
      out += "\xef\xbf\xbd";
    } else if (length == 1) {
      append_quoted(out, text[0]);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return out + "\"";
}

}  // namespace tarn::json
