// Text that must not be seen.
#pragma once

#include <string>
#include <utility>

namespace tarn::pipeline {

// There is no way to print, format or compare it: whoever needs the text says reveal(), and is
// then answerable for it. A copy in a log, an error, a metric or an answer is a bug.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] const std::string& reveal() const { return text_; }

 private:
  std::string text_;
};

}  // namespace tarn::pipeline
