#include "engines/http/message.h"

#include <algorithm>
#include <array>

namespace tarn::http {
namespace {

constexpr std::array kMethods = {
    std::pair{Method::get, std::string_view("GET")},
    std::pair{Method::head, std::string_view("HEAD")},
    std::pair{Method::post, std::string_view("POST")},
    std::pair{Method::put, std::string_view("PUT")},
    std::pair{Method::patch, std::string_view("PATCH")},
    std::pair{Method::del, std::string_view("DELETE")},
    std::pair{Method::options, std::string_view("OPTIONS")},
};

}  // namespace

std::string_view to_string(Method method) {
  for (const auto& [known, name] : kMethods) {
    if (known == method) return name;
  }
  return "OTHER";
}

Method parse_method(std::string_view text) {
  for (const auto& [known, name] : kMethods) {
    if (name == text) return known;
  }
  return Method::other;
}

std::optional<std::string_view> find_parameter(const Parameters& parameters,
                                               std::string_view name) {
  const auto found = std::ranges::find(parameters, name, &Parameters::value_type::first);
  if (found == parameters.end()) return std::nullopt;
  return found->second;
}

std::string_view view_of(const Body& body) {
  if (const auto* text = std::get_if<std::string>(&body)) return *text;
  return as_text(std::get<SharedBytes>(body).view());
}

Response json_response(int status, std::string json) {
  return {status, {{"Content-Type", "application/json"}}, std::move(json)};
}

Response text_response(int status, std::string text) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(text)};
}

}  // namespace tarn::http
