#include "formats/pipeline/parameter_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>

#include "base/time.h"

namespace tarn::pipeline {
namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string in_words(double number) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.15g", number);
  return text;
}

bool is_in_range(const Parameter& parameter, double value) {
  return (!parameter.min || value >= *parameter.min) && (!parameter.max || value <= *parameter.max);
}

// Code points, not bytes; bytes that only ever continue one count as much as they take.
size_t length(std::string_view text) {
  constexpr size_t kBytesOfOneMax = 4;
  const auto begun = static_cast<size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  return std::max(begun, (text.size() + kBytesOfOneMax - 1) / kBytesOfOneMax);
}

std::optional<ParameterValue> convert(const Parameter& parameter, std::string_view text) {
  switch (parameter.type) {
    case ParameterType::integer: {
      auto value = parse_number<int64_t>(text);
      if (!value || !is_in_range(parameter, static_cast<double>(*value))) return std::nullopt;
      return *value;
    }
    case ParameterType::number: {
      auto value = parse_number<double>(text);
      if (!value || !std::isfinite(*value) || !is_in_range(parameter, *value)) return std::nullopt;
      return *value;
    }
    case ParameterType::boolean:
      if (text != "true" && text != "false") return std::nullopt;
      return text == "true";
    case ParameterType::date:
      if (text.size() != 10 || !parse_iso8601(std::string(text) + "T00:00:00Z"))
        return std::nullopt;
      return std::string(text);
    case ParameterType::timestamp:
      if (!parse_iso8601(text)) return std::nullopt;
      return std::string(text);
    case ParameterType::text:
      if (parameter.length_max && length(text) > static_cast<size_t>(*parameter.length_max)) {
        return std::nullopt;
      }
      return std::string(text);
  }
  return std::nullopt;
}

std::string kind_of(ParameterType type) {
  switch (type) {
    case ParameterType::integer:
      return "a whole number";
    case ParameterType::number:
      return "a number";
    case ParameterType::boolean:
      return "true or false";
    case ParameterType::date:
      return "a date such as 2024-09-01";
    case ParameterType::timestamp:
      return "a timestamp such as 2024-09-01T11:36:01Z";
    case ParameterType::text:
      return "a text";
  }
  return "a value";
}

}  // namespace

Result<ParameterValue> read_parameter(const Parameter& parameter, std::string_view text) {
  auto value = convert(parameter, text);
  bool is_choice = parameter.choices.empty() ||
                   std::ranges::find(parameter.choices, text) != parameter.choices.end();
  if (value && is_choice) return *std::move(value);
  return Error(ErrorCode::invalid_argument,
               "the parameter '" + parameter.name + "' must be " + allowed_values(parameter));
}

std::string allowed_values(const Parameter& parameter) {
  if (!parameter.choices.empty()) {
    std::string joined;
    for (const std::string& choice : parameter.choices) {
      joined += (joined.empty() ? "" : ", ") + choice;
    }
    return "one of " + joined;
  }
  std::string text = kind_of(parameter.type);
  if (parameter.min) text += " from " + in_words(*parameter.min);
  if (parameter.max) text += (parameter.min ? " to " : " of at most ") + in_words(*parameter.max);
  if (parameter.length_max) {
    text += " of at most " + std::to_string(*parameter.length_max) + " characters";
  }
  return text;
}

std::string_view to_string(ParameterType type) {
  constexpr std::array<std::string_view, 6> kNames = {"text",    "integer", "number",
                                                      "boolean", "date",    "timestamp"};
  return kNames.at(static_cast<size_t>(type));
}

}  // namespace tarn::pipeline
