// Keeps secrets and noise out of what is shown and stored.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tarn::sources {

// Knows the secrets of one source, also in the form in which they stand in a URL. Secrets of fewer
// than four characters are not recognised: they would hide half of every text.
class Redactor {
 public:
  explicit Redactor(std::vector<std::string> secrets);

  // Secrets become ***.
  [[nodiscard]] std::string hide(std::string_view text) const;
  // Secrets become placeholders; reveal() puts the secrets of today in their place.
  [[nodiscard]] std::string seal(std::string_view text) const;
  [[nodiscard]] std::string reveal(std::string_view sealed) const;

 private:
  struct Form {
    std::string text;
    std::string placeholder;
  };
  std::vector<Form> forms_;  // the longest first
};

// At most 200 characters of an answer on one line: control characters escaped, what is not UTF-8
// replaced.
std::string excerpt(std::string_view body);

}  // namespace tarn::sources
