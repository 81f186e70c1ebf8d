#include "formats/json/pointer.h"

#include <charconv>

namespace tarn::json {
namespace {

Result<std::string> unescape(std::string_view token) {
  std::string plain;
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      plain += token[i];
      continue;
    }
    const char next = i + 1 < token.size() ? token[i + 1] : '\0';
    if (next != '0' && next != '1') {
      return Error(ErrorCode::invalid_argument,
                   "in a JSON Pointer a tilde is written ~0, and a slash inside a name ~1");
    }
    plain += next == '0' ? '~' : '/';
    ++i;
  }
  return plain;
}

std::optional<size_t> array_index(std::string_view token) {
  size_t index = 0;
  const char* end = token.data() + token.size();
  const auto [stop, failure] = std::from_chars(token.data(), end, index);
  const bool padded = token.size() > 1 && token[0] == '0';
  if (failure != std::errc() || stop != end || padded) return std::nullopt;
  return index;
}

}  // namespace

Result<Pointer> Pointer::parse(std::string_view text) {
  Pointer pointer;
  pointer.text_ = text;
  if (text.empty()) return pointer;
  if (text[0] != '/') {
    return Error(ErrorCode::invalid_argument,
                 "'" + std::string(text) +
                     "' is not a JSON Pointer: it begins with a slash, as in /data/items");
  }
  for (size_t start = 1; start <= text.size();) {
    const size_t end = std::min(text.find('/', start), text.size());
    pointer.tokens_.push_back(TRY(unescape(text.substr(start, end - start))));
    start = end + 1;
  }
  return pointer;
}

std::optional<Value> Pointer::find(Value root) const {
  std::optional<Value> value = root;
  for (const std::string& token : tokens_) {
    if (value->kind() == Kind::array) {
      const auto index = array_index(token);
      value = index ? value->element(*index) : std::nullopt;
    } else {
      value = value->member(token);
    }
    if (!value) return std::nullopt;
  }
  return value;
}

}  // namespace tarn::json
