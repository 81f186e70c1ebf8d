#include "engines/sql/named_parameters.h"

#include <algorithm>
#include <array>
#include <vector>

namespace tarn::sql {

namespace {

bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool continues_name(char c) {
  return begins_name(c) || (c >= '0' && c <= '9') || c == '$';
}

// After these words an operand begins, also within brackets.
bool is_operator_word(std::string_view word) {
  static constexpr std::array<std::string_view, 15> kWords = {
      "and",  "or",   "not",  "in",   "like", "ilike", "between", "is",
      "when", "then", "else", "case", "from", "as",    "similar"};
  std::string lower(word);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return std::ranges::find(kWords, lower) != kWords.end();
}

class Scan {
 public:
  explicit Scan(std::string_view sql) : sql_(sql), out_(sql) {}

  std::string run() {
    while (at_ < sql_.size()) step();
    return std::move(out_);
  }

 private:
  void step() {
    const char c = sql_[at_];
    if (c == '\'' || c == '"') {
      skip_quoted(c);
    } else if (c == '-' && peek(1) == '-') {
      skip_to("\n");
    } else if (c == '/' && peek(1) == '*') {
      skip_block_comment();
    } else if (c == '$' && skip_dollar_quoted()) {
      after_operand_ = true;
    } else if (c == '$') {
      parameter();
    } else if (begins_name(c) || (c >= '0' && c <= '9')) {
      skip_word();
    } else if (c == ':') {
      colon();
    } else {
      punctuation(c);
    }
  }

  [[nodiscard]] char peek(size_t ahead) const {
    return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0';
  }

  // A doubled quote stays inside. In E'...' a backslash escapes the next character.
  void skip_quoted(char quote) {
    const bool has_escapes = quote == '\'' && at_ > 0 && (sql_[at_ - 1] | 0x20) == 'e' &&
                             (at_ < 2 || !continues_name(out_[at_ - 2]));
    for (++at_; at_ < sql_.size(); ++at_) {
      if (has_escapes && sql_[at_] == '\\') {
        ++at_;
      } else if (sql_[at_] == quote && peek(1) == quote) {
        ++at_;
      } else if (sql_[at_] == quote) {
        break;
      }
    }
    ++at_;
    after_operand_ = true;
  }

  void skip_to(std::string_view end) {
    const size_t found = sql_.find(end, at_);
    at_ = found == std::string_view::npos ? sql_.size() : found + end.size();
  }

  void skip_block_comment() {  // they nest
    size_t depth = 0;
    do {
      if (sql_.substr(at_, 2) == "/*") {
        ++depth;
        at_ += 2;
      } else if (sql_.substr(at_, 2) == "*/") {
        --depth;
        at_ += 2;
      } else {
        ++at_;
      }
    } while (depth > 0 && at_ < sql_.size());
  }

  // $$ text $$ or $tag$ text $tag$.
  bool skip_dollar_quoted() {
    size_t end = at_ + 1;
    while (end < sql_.size() && sql_[end] != '$' && continues_name(sql_[end])) ++end;
    if (end >= sql_.size() || sql_[end] != '$') return false;
    const std::string_view tag = sql_.substr(at_, end + 1 - at_);
    at_ = end + 1;
    skip_to(tag);
    return true;
  }

  void skip_word() {
    const size_t begin = at_;
    while (at_ < sql_.size() && continues_name(sql_[at_])) ++at_;
    after_operand_ = !is_operator_word(sql_.substr(begin, at_ - begin));
  }

  // A dollar here would go on with the name before it, or begin a $tag$ text with the one after it.
  [[nodiscard]] bool is_apart() const {
    if (at_ > 0 && continues_name(sql_[at_ - 1])) return false;
    size_t name = at_ + 1;
    while (name < sql_.size() && sql_[name] != '$' && continues_name(sql_[name])) ++name;
    return name >= sql_.size() || sql_[name] != '$';
  }

  void colon() {
    if (peek(1) == ':' || peek(1) == '=') {
      at_ += 2;
      after_operand_ = false;
      return;
    }
    const bool separates = !brackets_.empty() && brackets_.back() != '(' && after_operand_;
    if (!separates && begins_name(peek(1)) && is_apart()) {
      out_[at_] = '$';
      parameter();
    } else {
      ++at_;
      after_operand_ = false;
    }
  }

  // Its name may be a word that is an operator elsewhere.
  void parameter() {
    ++at_;
    if (at_ < sql_.size() && continues_name(sql_[at_])) skip_word();
    after_operand_ = true;
  }

  void punctuation(char c) {
    ++at_;
    if (c == '(' || c == '[' || c == '{') {
      brackets_.push_back(c);
    } else if ((c == ')' || c == ']' || c == '}') && !brackets_.empty()) {
      brackets_.pop_back();
    }
    const bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!is_space) after_operand_ = c == ')' || c == ']' || c == '}' || c == '?';
  }

  std::string_view sql_;
  std::string out_;
  size_t at_ = 0;
  bool after_operand_ = false;
  std::vector<char> brackets_;
};

}  // namespace

std::string with_dollar_parameters(std::string_view sql) {
  return Scan(sql).run();
}

}  // namespace tarn::sql
