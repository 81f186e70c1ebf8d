#include <string>
#include <vector>

#include "base/utf8.h"
#include "formats/json/value.h"

namespace tarn::json {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Walks over the text once, without recursion. A function that returns false has said why.
class Checker {
 public:
  Checker(std::string_view text, size_t depth_max) : text_(text), depth_max_(depth_max) {}

  bool document() {
    do {
      if (!value_begins()) return false;
    } while (!(after_value_ && closes_everything()) && !failed());
    if (failed()) return false;
    skip_space();
    return position_ == text_.size() || fail("there is text after the end");
  }
  Error error() const {
    return {ErrorCode::corrupt,
            "not JSON at byte " + std::to_string(position_) + ": " + std::string(why_)};
  }

 private:
  bool failed() const { return !why_.empty(); }
  bool fail(std::string_view why) {
    why_ = why;
    return false;
  }
  bool at_end() const { return position_ >= text_.size(); }
  char here() const { return at_end() ? '\0' : text_[position_]; }
  void skip_space() {
    while (!at_end() && is_space(text_[position_])) ++position_;
  }

  // A scalar, an empty container (after_value_ is then set), or the beginning of a container.
  bool value_begins() {
    skip_space();
    after_value_ = true;
    switch (here()) {
      case '{':
        return open(true);
      case '[':
        return open(false);
      case '"':
        return string();
      case 't':
        return literal("true");
      case 'f':
        return literal("false");
      case 'n':
        return literal("null");
      default:
        return number();
    }
  }

  bool open(bool is_object) {
    if (is_object_.size() >= depth_max_) return fail("it is nested too deeply");
    ++position_;
    skip_space();
    if (here() == (is_object ? '}' : ']')) {
      ++position_;
      return true;
    }
    is_object_.push_back(is_object);
    after_value_ = false;
    return !is_object || name();
  }

  // After a value: commas and closing brackets. True when the root is closed, false when another
  // value begins or something is wrong.
  bool closes_everything() {
    while (!is_object_.empty()) {
      skip_space();
      const char c = here();
      if (c == ',') {
        ++position_;
        if (is_object_.back()) name();
        return false;
      }
      if (c != (is_object_.back() ? '}' : ']') || at_end()) {
        return fail(at_end() ? "it ends in its middle" : "a comma or closing bracket is missing");
      }
      ++position_;
      is_object_.pop_back();
    }
    return true;
  }

  bool name() {
    skip_space();
    if (here() != '"') return fail(at_end() ? "it ends in its middle" : "a name is missing");
    if (!string()) return false;
    skip_space();
    if (here() != ':') return fail(at_end() ? "it ends in its middle" : "a colon is missing");
    ++position_;
    return true;
  }

  bool literal(std::string_view word) {
    if (!text_.substr(position_).starts_with(word)) return fail("a value is missing");
    position_ += word.size();
    return true;
  }

  bool digits() {
    if (!is_digit(here())) return fail(at_end() ? "it ends in its middle" : "a digit is missing");
    while (is_digit(here())) ++position_;
    return true;
  }

  bool number() {
    if (here() == '-') {
      ++position_;
    } else if (!is_digit(here())) {
      return fail(at_end() ? "it ends in its middle" : "a value is missing");
    }
    if (here() == '0') {
      ++position_;
    } else if (!digits()) {
      return false;
    }
    if (here() == '.') {
      ++position_;
      if (!digits()) return false;
    }
    if (here() == 'e' || here() == 'E') {
      ++position_;
      if (here() == '+' || here() == '-') ++position_;
      if (!digits()) return false;
    }
    return true;
  }

  bool string() {
    ++position_;
    while (!at_end()) {
      const char c = text_[position_];
      if (c == '"') {
        ++position_;
        return true;
      }
      if (c == '\\') {
        if (!escape()) return false;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        return fail("a control character stands in a string");
      } else {
        const size_t length = utf8_length(text_.substr(position_));
        if (length == 0) return fail("it is not UTF-8");
        position_ += length;
      }
    }
    return fail("it ends in its middle");
  }

  bool escape() {
    ++position_;
    const char c = here();
    if (c == 'u') {
      for (int i = 0; i < 4; ++i) {
        ++position_;
        if (!is_hex(here())) return fail("an escape is broken");
      }
    } else if (c == '\0' || std::string_view("\"\\/bfnrt").find(c) == std::string_view::npos) {
      return fail(at_end() ? "it ends in its middle" : "an escape is unknown");
    }
    ++position_;
    return true;
  }

  std::string_view text_;
  size_t depth_max_;
  size_t position_ = 0;
  bool after_value_ = false;
  std::vector<bool> is_object_;  // of each open container
  std::string_view why_;
};

}  // namespace

Result<Value> parse(std::string_view text, size_t depth_max) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  Checker checker(text, depth_max);
  if (!checker.document()) return checker.error();
  while (is_space(text.front())) text.remove_prefix(1);
  while (is_space(text.back())) text.remove_suffix(1);
  return Value(text);
}

}  // namespace tarn::json
