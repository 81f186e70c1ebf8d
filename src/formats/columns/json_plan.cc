#include "formats/columns/json_plan.h"

namespace tarn::columns {

JsonPlan::JsonPlan(const Type& type) : kind_(type.kind()) {
  if (kind_ == TypeKind::list) {
    children_.emplace_back(type.element());
  } else if (kind_ == TypeKind::structure) {
    for (const Field& field : type.fields()) add(field);
  }
}

JsonPlan::JsonPlan(const std::vector<Field>& fields, const std::vector<std::string>& reserved)
    : is_table_(true), reserved_(reserved) {
  for (const Field& field : fields) add(field);
}

void JsonPlan::add(const Field& field) {
  const size_t place = children_.size();
  children_.emplace_back(field.type);
  names_.push_back(field.name);
  // What no key is called, so that match() never guesses it.
  guesses_.emplace_back("\xff");
  if (is_table_ && field.name == kRescuedColumn) {
    rescued_ = place;
    return;
  }
  folded_.emplace(fold_name(field.name), place);
  if (name_for(field.name) != field.name) return;
  guesses_.back() = field.name;
  exact_.emplace(field.name, place);
}

std::string JsonPlan::name_for(std::string_view key) const {
  return is_table_ ? column_name(key, reserved_) : nested_name(key);
}

std::optional<JsonPlan::Match> JsonPlan::look_up(std::string_view key) const {
  if (const auto found = exact_.find(key); found != exact_.end()) {
    return Match{found->second, true};
  }
  if (const auto found = folded_.find(fold_name(name_for(key))); found != folded_.end()) {
    return Match{found->second, false};
  }
  return std::nullopt;
}

}  // namespace tarn::columns
