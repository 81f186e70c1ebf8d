// A value of the file that may refer to secrets: "Bearer ${secret:TOKEN}".
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "formats/pipeline/secret.h"

namespace tarn::pipeline {

// Holds the text as written, references and all; that form may be shown. Resolving gives a Secret,
// so that what was written plainly is protected in the same way.
class SecretText {
 public:
  // The value of a secret by its name; not_found when there is none.
  using Lookup = std::function<Result<Secret>(const std::string& name)>;

  SecretText() = default;
  // invalid_argument: an unclosed or empty reference.
  static Result<SecretText> parse(std::string_view text);

  [[nodiscard]] const std::string& as_written() const { return written_; }
  [[nodiscard]] std::set<std::string> names() const;
  Result<Secret> resolve(const Lookup& lookup) const;

 private:
  struct Part {
    bool is_name = false;
    std::string text;
  };
  std::string written_;
  std::vector<Part> parts_;
};

}  // namespace tarn::pipeline
