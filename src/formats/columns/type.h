// The types that a column of a table, or of an answer, can have.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::columns {

enum class TypeKind : uint8_t {
  boolean,
  int64,
  float64,
  text,       // UTF-8
  timestamp,  // an instant: microseconds since 1970 in UTC
  date,       // days since 1970
  binary,
  decimal,  // an exact number of any size as its digits; in answers only, never in a table
  list,
  structure,
};

struct Field;

// A value: cheap to copy, children are shared and immutable.
class Type {
 public:
  Type() = default;
  Type(TypeKind scalar);  // NOLINT(google-explicit-constructor): TypeKind::text is a type
  static Type list(Type element);
  static Type structure(std::vector<Field> fields);

  [[nodiscard]] TypeKind kind() const { return kind_; }
  [[nodiscard]] bool is_nested() const { return fields_ != nullptr; }
  [[nodiscard]] const Type& element() const;               // of a list
  [[nodiscard]] const std::vector<Field>& fields() const;  // of a structure

  bool operator==(const Type& other) const;

 private:
  TypeKind kind_ = TypeKind::text;
  std::shared_ptr<const std::vector<Field>> fields_;  // of a list: one, its element
};

struct Field {
  std::string name;
  Type type;
  bool nullable = true;
  bool operator==(const Field&) const = default;
};

// boolean, int64, double, text, timestamp, date, binary, decimal, list<int64>,
// struct<a: int64, b: text>.
std::string to_text(const Type& type);

}  // namespace tarn::columns
