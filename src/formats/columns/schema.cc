#include "formats/columns/schema.h"

#include <algorithm>

namespace tarn::columns {

namespace {

size_t count_fields(const Type& type) {
  if (type.kind() == TypeKind::list) return count_fields(type.element());
  if (type.kind() != TypeKind::structure) return 0;
  size_t count = type.fields().size();
  for (const Field& field : type.fields()) count += count_fields(field.type);
  return count;
}

bool is_refused(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f ||
         std::string_view(" ,;{}()=").contains(c);
}

}  // namespace

std::optional<size_t> Schema::find(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, &Field::name);
  if (found == fields.end()) return std::nullopt;
  return static_cast<size_t>(found - fields.begin());
}

size_t Schema::field_count() const {
  size_t count = fields.size();
  for (const Field& field : fields) count += count_fields(field.type);
  return count;
}

std::string to_text(const Schema& schema) {
  std::string text;
  for (const Field& field : schema.fields) {
    if (!text.empty()) text += ", ";
    text += field.name + ": " + to_text(field.type);
    if (!field.nullable) text += " not null";
  }
  return text;
}

std::string fold_name(std::string_view name) {
  std::string folded(name);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return folded;
}

std::string nested_name(std::string_view key) {
  if (key.empty()) return "_";
  std::string name(key);
  std::ranges::replace_if(name, is_refused, '_');
  return name;
}

std::string column_name(std::string_view key, const std::vector<std::string>& reserved) {
  std::string name = nested_name(key);
  const auto is_taken = [&](std::string_view candidate) {
    const std::string folded = fold_name(candidate);
    return folded == kRescuedColumn || std::ranges::any_of(reserved, [&](const std::string& taken) {
             return fold_name(taken) == folded;
           });
  };
  while (is_taken(name)) name += '_';
  return name;
}

}  // namespace tarn::columns
