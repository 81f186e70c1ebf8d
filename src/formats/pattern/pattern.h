// Regular expressions of clients, in RE2's language, which Kafka chose too (KIP-848).
#pragma once

#include <memory>
#include <string_view>

#include "base/error.h"

namespace re2 {
class RE2;
}

namespace tarn::pattern {

// Matching takes time linear in the text, whatever the expression is, and memory that is bounded:
// whoever sends an expression cannot stop the program with it. Immutable; any thread.
class Pattern {
 public:
  // Errors: invalid_argument, with what is wrong with the expression.
  static Result<Pattern> compile(std::string_view expression);
  ~Pattern();
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;

  // The whole text, not only a part of it.
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  explicit Pattern(std::unique_ptr<re2::RE2> compiled);
  std::unique_ptr<re2::RE2> compiled_;
};

}  // namespace tarn::pattern
