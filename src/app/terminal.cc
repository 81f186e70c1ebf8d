#include "app/terminal.h"

#include <algorithm>
#include <cstdlib>

#include <unistd.h>

namespace tarn::app {
namespace {

std::string_view escape_of(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::strong:
      return "\x1b[1m";
    case Style::good:
      return "\x1b[32m";
    case Style::bad:
      return "\x1b[31m";
    case Style::dim:
      return "\x1b[2m";
  }
  return "";
}

size_t width_of(std::string_view utf8) {
  return static_cast<size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string visible(std::string_view text) {
  std::string shown;
  for (char c : text) {
    bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    shown += is_control ? ' ' : c;
  }
  return shown;
}

}  // namespace

Terminal::Terminal(std::FILE* out, std::FILE* err)
    : out_(out), err_(err), out_is_terminal_(isatty(fileno(out)) == 1) {
  const char* no_color = std::getenv("NO_COLOR");
  bool is_refused = no_color != nullptr && *no_color != '\0';
  colors_ = out_is_terminal_ && !is_refused;
}

void Terminal::print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), out_);
  std::fflush(out_);
}

void Terminal::line(std::string_view text) {
  print(std::string(text) + "\n");
}

void Terminal::note(std::string_view text) {
  std::string whole = std::string(text) + "\n";
  std::fwrite(whole.data(), 1, whole.size(), err_);
  std::fflush(err_);
}

void Terminal::error(const Error& error) {
  error_text(error.message());
}

void Terminal::error_text(std::string_view text) {
  note("tarn: " + std::string(text));
}

std::string Terminal::styled(Style style, std::string_view text) const {
  if (!colors_ || style == Style::plain) return std::string(text);
  return std::string(escape_of(style)) + std::string(text) + "\x1b[0m";
}

std::string format_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    if (row.size() > widths.size()) widths.resize(row.size());
    for (size_t index = 0; index < row.size(); ++index) {
      widths[index] = std::max(widths[index], width_of(visible(row[index])));
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t index = 0; index < row.size(); ++index) {
      std::string cell = visible(row[index]);
      line += cell;
      if (index + 1 < row.size()) line.append(widths[index] - width_of(cell) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace tarn::app
