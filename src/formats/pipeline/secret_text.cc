#include "formats/pipeline/secret_text.h"

#include <algorithm>
#include <cctype>

namespace tarn::pipeline {
namespace {

constexpr std::string_view kOpen = "${secret:";

bool is_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
  });
}

}  // namespace

Result<SecretText> SecretText::parse(std::string_view text) {
  SecretText parsed;
  parsed.written_ = text;
  while (true) {
    size_t open = text.find(kOpen);
    if (open > 0 && !text.empty()) {
      parsed.parts_.push_back({.is_name = false, .text = std::string(text.substr(0, open))});
    }
    if (open == std::string_view::npos) return parsed;
    text.remove_prefix(open + kOpen.size());
    size_t close = text.find('}');
    if (close == std::string_view::npos || !is_name(text.substr(0, close))) {
      return Error(ErrorCode::invalid_argument,
                   "a reference to a secret is ${secret:NAME}, with letters, digits, '_', '-' and "
                   "'.' in the name");
    }
    parsed.parts_.push_back({.is_name = true, .text = std::string(text.substr(0, close))});
    text.remove_prefix(close + 1);
  }
}

std::set<std::string> SecretText::names() const {
  std::set<std::string> found;
  for (const Part& part : parts_) {
    if (part.is_name) found.insert(part.text);
  }
  return found;
}

Result<Secret> SecretText::resolve(const Lookup& lookup) const {
  std::string text;
  for (const Part& part : parts_) {
    text += part.is_name ? TRY(lookup(part.text)).reveal() : part.text;
  }
  return Secret(std::move(text));
}

}  // namespace tarn::pipeline
