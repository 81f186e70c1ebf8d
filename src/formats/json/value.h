// JSON texts (RFC 8259) looked at in place: what is passed on keeps its own digits, its order and
// its spelling.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace tarn::json {

enum class Kind { null, boolean, number, string, array, object };
std::string_view to_string(Kind kind);

// A value of a text that parse() has checked; borrows that text. Nothing is stored besides: finding
// a member walks over its siblings.
class Value {
 public:
  [[nodiscard]] Kind kind() const;
  [[nodiscard]] std::string_view raw() const { return raw_; }
  // The same without the whitespace between tokens.
  [[nodiscard]] std::string compact() const;
  // Of a string what it means (a lone surrogate becomes U+FFFD); of others the text as it stands.
  [[nodiscard]] std::string text() const;
  // Of a number without fraction and exponent that fits.
  [[nodiscard]] std::optional<int64_t> integer() const;
  [[nodiscard]] bool is_true() const { return raw_ == "true"; }

  // Of an object, the last member of this name; none for other kinds.
  [[nodiscard]] std::optional<Value> member(std::string_view name) const;
  // Of an array.
  [[nodiscard]] std::optional<Value> element(size_t index) const;

 private:
  friend class Elements;
  friend class Members;
  friend Result<Value> parse(std::string_view text, size_t depth_max);
  explicit Value(std::string_view raw) : raw_(raw) {}

  std::string_view raw_;
};

// The elements of an array in turn; none for other kinds.
class Elements {
 public:
  explicit Elements(Value array);
  std::optional<Value> next();

 private:
  std::string_view rest_;
};

// The members of an object in turn, as they stand; none for other kinds.
class Members {
 public:
  explicit Members(Value object);
  std::optional<std::pair<Value, Value>> next();  // name and value

 private:
  std::string_view rest_;
};

// Checks that text is one JSON text in UTF-8 (a byte order mark is skipped) and gives its root.
// corrupt says at which byte it is not; nesting beyond depth_max is corrupt as well. Memory: a bit
// for each level.
Result<Value> parse(std::string_view text, size_t depth_max = 512);

// text as a JSON string, quotes included; what is not UTF-8 becomes U+FFFD.
std::string quote(std::string_view text);

}  // namespace tarn::json
