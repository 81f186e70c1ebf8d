#include "app/terminal.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include <sys/ioctl.h>
#include <termios.h>
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
    : out_(out),
      err_(err),
      out_is_terminal_(isatty(fileno(out)) == 1),
      err_is_terminal_(isatty(fileno(err)) == 1) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  bool is_refused = no_color != nullptr && *no_color != '\0';
  bool is_dumb = kind == nullptr || std::string_view(kind) == "dumb";
  colors_ = out_is_terminal_ && !is_refused && !is_dumb;
}

void Terminal::print(std::string_view text) {
  clear_status();
  std::fwrite(text.data(), 1, text.size(), out_);
  std::fflush(out_);
}

void Terminal::line(std::string_view text) {
  print(std::string(text) + "\n");
}

void Terminal::note(std::string_view text) {
  clear_status();
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

void Terminal::status(std::string_view text) {
  if (!err_is_terminal_ || status_ == text) return;
  winsize size{};
  size_t columns = ioctl(fileno(err_), TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
  status_ = text;
  // A line that wraps could not be overwritten.
  std::string_view shown = text.substr(0, columns > 1 ? columns - 1 : 79);
  std::fprintf(err_, "\r\x1b[K%.*s", static_cast<int>(shown.size()), shown.data());
  std::fflush(err_);
}

void Terminal::clear_status() {
  if (status_.empty()) return;
  status_.clear();
  std::fputs("\r\x1b[K", err_);
  std::fflush(err_);
}

std::optional<std::string> Terminal::ask(std::string_view question) {
  if (!err_is_terminal_ || isatty(STDIN_FILENO) != 1) return std::nullopt;
  clear_status();
  std::fprintf(err_, "%.*s ", static_cast<int>(question.size()), question.data());
  std::fflush(err_);
  std::string answer;
  std::getline(std::cin, answer);
  return answer;
}

std::optional<std::string> Terminal::ask_secret(std::string_view question) {
  const bool is_asked = err_is_terminal_ && isatty(STDIN_FILENO) == 1;
  termios before{};
  if (is_asked && tcgetattr(STDIN_FILENO, &before) == 0) {
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    clear_status();
    std::fprintf(err_, "%.*s ", static_cast<int>(question.size()), question.data());
    std::fflush(err_);
  }
  std::string answer;
  const bool is_read = !std::getline(std::cin, answer).fail();
  if (is_asked) {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    std::fprintf(err_, "\n");
  }
  if (answer.ends_with('\r')) answer.pop_back();
  if (!is_read || answer.empty()) return std::nullopt;
  return answer;
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
