#include "app/command.h"

#include <charconv>

namespace tarn::app {

std::optional<std::string> Arguments::find(const std::string& name) const {
  auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second.back();
}

std::string Arguments::value_or(const std::string& name, std::string otherwise) const {
  auto found = find(name);
  return found ? *found : std::move(otherwise);
}

std::vector<std::string> Arguments::all(const std::string& name) const {
  auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

Result<std::optional<int64_t>> Arguments::find_integer(const std::string& name) const {
  auto text = find(name);
  if (!text) return std::optional<int64_t>();
  int64_t value = 0;
  const char* last = text->data() + text->size();
  auto [end, error] = std::from_chars(text->data(), last, value);
  if (error == std::errc() && end == last) return std::optional(value);
  return Error(ErrorCode::invalid_argument, name + " is a whole number, not '" + *text + "'");
}

}  // namespace tarn::app
