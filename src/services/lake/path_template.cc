#include "services/lake/path_template.h"

#include <algorithm>
#include <array>
#include <optional>

#include "engines/objectstore/object_store.h"

namespace tarn::lake {
namespace {

constexpr std::string_view kDefault = "year={year}/month={month}/day={day}/data_{HHmmss}.json";
constexpr std::array<std::string_view, 5> kPlaceholders = {"year", "month", "day", "hour",
                                                           "HHmmss"};

std::string padded(int64_t value, size_t digits) {
  std::string text = std::to_string(value < 0 ? -value : value);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return value < 0 ? "-" + text : text;
}

std::string value_of(std::string_view placeholder, Timestamp at) {
  const auto civil = to_civil(at);
  if (placeholder == "year") return padded(civil.year, 4);
  if (placeholder == "month") return padded(civil.month, 2);
  if (placeholder == "day") return padded(civil.day, 2);
  if (placeholder == "hour") return padded(civil.hour, 2);
  return padded(civil.hour, 2) + padded(civil.minute, 2) + padded(civil.second, 2);
}

// Visits the plain texts and the placeholders of a template, of which every '{' has its '}'.
template <class Plain, class Placeholder>
void for_each_part(std::string_view text, Plain plain, Placeholder placeholder) {
  for (size_t at = 0; at < text.size();) {
    const size_t open = std::min(text.find('{', at), text.size());
    plain(text.substr(at, open - at));
    if (open == text.size()) return;
    const size_t close = text.find('}', open);
    placeholder(text.substr(open + 1, close - open - 1));
    at = close + 1;
  }
}

std::string fill(std::string_view text, Timestamp at) {
  std::string filled;
  for_each_part(
      text, [&](std::string_view plain) { filled += plain; },
      [&](std::string_view placeholder) { filled += value_of(placeholder, at); });
  return filled;
}

Error wrong(const std::string& what) {
  return Error(ErrorCode::invalid_argument, "path: " + what);
}

Status check_placeholders(std::string_view text) {
  int open = 0;
  for (const char c : text) {
    open += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (open < 0 || open > 1) return wrong("'{' and '}' do not come in pairs");
  }
  if (open != 0) return wrong("'{' and '}' do not come in pairs");
  std::optional<std::string> unknown;
  for_each_part(
      text, [](std::string_view) {},
      [&](std::string_view placeholder) {
        if (std::ranges::find(kPlaceholders, placeholder) == kPlaceholders.end()) {
          unknown = placeholder;
        }
      });
  if (!unknown) return {};
  return wrong("{" + *unknown + "} is none of {year}, {month}, {day}, {hour}, {HHmmss}");
}

}  // namespace

Result<PathTemplate> PathTemplate::parse(std::string_view text) {
  if (text.empty()) text = kDefault;
  TRY(check_placeholders(text));
  PathTemplate path;
  const size_t slash = text.rfind('/');
  if (slash != std::string_view::npos) path.folder_ = text.substr(0, slash);
  const auto last = slash == std::string_view::npos ? text : text.substr(slash + 1);
  const size_t dot =
      last.find('.', last.rfind('}') == std::string_view::npos ? 0 : last.rfind('}'));
  path.stem_ = last.substr(0, dot);
  if (dot != std::string_view::npos) path.extension_ = last.substr(dot);
  if (path.folder_.contains("{HHmmss}")) {
    return wrong("{HHmmss} belongs into the object's own name, not into a folder");
  }
  auto valid = objectstore::check_object_name(fill(text, Timestamp{}));
  if (!valid) return wrong(valid.error().message());
  if (last.starts_with('_') || last.starts_with('.')) {
    return wrong("an object whose name begins with '_' or '.' is hidden from readers");
  }
  return path;
}

std::string PathTemplate::folder(Timestamp of) const {
  return fill(folder_, of);
}

std::string PathTemplate::name(Timestamp first, int clash) const {
  std::string name = folder(first);
  if (!name.empty()) name += '/';
  name += fill(stem_, first);
  if (clash > 0) name += "-" + std::to_string(clash);
  return name + extension_;
}

}  // namespace tarn::lake
