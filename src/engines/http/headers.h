// The header fields of an HTTP message (RFC 9110, section 5).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tarn::http {

struct Header {
  std::string name;
  std::string value;
};

bool equals_ignoring_case(std::string_view a, std::string_view b);

// Fields in the order of the message; names compare without case; a name may come more than once.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> fields) : fields_(fields) {}

  // The first field of this name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> find_all(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const { return find(name).has_value(); }
  void add(std::string name, std::string value);
  // Replaces all fields of this name.
  void set(std::string_view name, std::string value);
  void remove(std::string_view name);

  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }
  [[nodiscard]] size_t size() const { return fields_.size(); }

 private:
  std::vector<Header> fields_;
};

// "application/json; charset=utf-8" -> "application/json", in lower case.
std::string media_type(std::string_view content_type);
// application/json and every application/*+json.
bool is_json_media_type(std::string_view content_type);

}  // namespace tarn::http
