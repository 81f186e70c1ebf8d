// JSON Pointer (RFC 6901).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "formats/json/value.h"

namespace tarn::json {

class Pointer {
 public:
  // The whole document.
  Pointer() = default;
  // "" or "/a/0/b~1c"; invalid_argument without the leading slash or with a tilde that is neither
  // ~0 nor ~1.
  static Result<Pointer> parse(std::string_view text);

  [[nodiscard]] std::optional<Value> find(Value root) const;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::vector<std::string> tokens_;
};

}  // namespace tarn::json
