// Where a command writes.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tarn::app {

enum class Style { plain, strong, good, bad, dim };

// Answers go to out, everything about them to err. Colours only when out is a terminal that can
// show them and NO_COLOR is not set (https://no-color.org).
class Terminal {
 public:
  Terminal(std::FILE* out, std::FILE* err);

  void print(std::string_view text);       // to out, as it is
  void line(std::string_view text);        // to out, with a line break
  void note(std::string_view text);        // to err, with a line break
  void error(const Error& error);          // "tarn: …" to err
  void error_text(std::string_view text);  // the same
  // One line of err that the next one overwrites, and that goes before anything else is written;
  // only on a terminal.
  void status(std::string_view text);
  void clear_status();
  [[nodiscard]] std::string styled(Style style, std::string_view text) const;
  [[nodiscard]] bool is_interactive() const { return out_is_terminal_; }
  // A line that is not shown while it is typed, or the first line of standard input where nobody
  // sits. None: there is none.
  std::optional<std::string> ask_secret(std::string_view question);
  // Asks at the terminal for a line. None when nobody sits there.
  std::optional<std::string> ask(std::string_view question);

 private:
  std::FILE* out_;
  std::FILE* err_;
  bool out_is_terminal_;
  bool err_is_terminal_;
  bool colors_;
  std::string status_;
};

// Columns that line up; the first row is the heading. Control characters are made visible.
std::string format_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace tarn::app
