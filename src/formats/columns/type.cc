#include "formats/columns/type.h"

#include <array>

#include "base/check.h"

namespace tarn::columns {

Type::Type(TypeKind scalar) : kind_(scalar) {
  check(scalar != TypeKind::list && scalar != TypeKind::structure, "a nested type has children");
}

Type Type::list(Type element) {
  Type type;
  type.kind_ = TypeKind::list;
  type.fields_ = std::make_shared<const std::vector<Field>>(
      std::vector<Field>{{.name = "element", .type = std::move(element)}});
  return type;
}

Type Type::structure(std::vector<Field> fields) {
  Type type;
  type.kind_ = TypeKind::structure;
  type.fields_ = std::make_shared<const std::vector<Field>>(std::move(fields));
  return type;
}

const Type& Type::element() const {
  check(kind_ == TypeKind::list, "an element is of a list");
  return fields_->front().type;
}

const std::vector<Field>& Type::fields() const {
  check(kind_ == TypeKind::structure, "fields are of a structure");
  return *fields_;
}

bool Type::operator==(const Type& other) const {
  if (kind_ != other.kind_) return false;
  return fields_ == other.fields_ || *fields_ == *other.fields_;
}

std::string to_text(const Type& type) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "boolean", "int64", "double", "text", "timestamp", "date", "binary", "decimal"};
  if (type.kind() == TypeKind::list) return "list<" + to_text(type.element()) + ">";
  if (type.kind() != TypeKind::structure) {
    return std::string(kNames.at(static_cast<size_t>(type.kind())));
  }
  std::string text = "struct<";
  for (const Field& field : type.fields()) {
    if (!text.ends_with('<')) text += ", ";
    text += field.name + ": " + to_text(field.type);
  }
  return text + ">";
}

}  // namespace tarn::columns
