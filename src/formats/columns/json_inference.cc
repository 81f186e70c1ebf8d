#include "formats/columns/json_inference.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace tarn::columns {

using Kind = InferredType::Kind;

void InferredType::join(Kind kind) {
  if (kind == Kind::unknown || kind == kind_ || kind_ == Kind::text) return;
  const bool both_numbers = (kind_ == Kind::int64 && kind == Kind::float64) ||
                            (kind_ == Kind::float64 && kind == Kind::int64);
  if (both_numbers) {
    kind_ = Kind::float64;
  } else if (kind_ == Kind::unknown) {
    kind_ = kind;
  } else {
    kind_ = Kind::text;
    fields_.clear();
    by_name_.clear();
  }
}

void InferredType::join(InferredType other) {
  join(other.kind_);
  if (kind_ == Kind::list && !other.fields_.empty()) {
    element().join(std::move(other.fields_.front().type));
  } else if (kind_ == Kind::structure) {
    for (Named& named : other.fields_) field(named.name).join(std::move(named.type));
  }
}

InferredType& InferredType::element() {
  check(kind_ == Kind::list);
  if (fields_.empty()) fields_.push_back({.name = "element", .type = {}});
  return fields_.front().type;
}

InferredType& InferredType::field(std::string_view name) {
  check(kind_ == Kind::structure);
  const auto [at, is_new] = by_name_.try_emplace(fold_name(name), fields_.size());
  if (is_new) fields_.push_back({.name = std::string(name), .type = {}});
  return fields_[at->second].type;
}

size_t InferredType::field_count() const {
  return fields_.size();
}

std::optional<Type> InferredType::to_type(size_t depth, size_t depth_max,
                                          size_t& fields_left) const {
  switch (kind_) {
    case Kind::unknown:
      return std::nullopt;
    case Kind::boolean:
      return TypeKind::boolean;
    case Kind::int64:
      return TypeKind::int64;
    case Kind::float64:
      return TypeKind::float64;
    case Kind::text:
      return TypeKind::text;
    case Kind::list:
    case Kind::structure:
      break;
  }
  if (depth >= depth_max) return TypeKind::text;
  if (kind_ == Kind::list) {
    if (fields_.empty()) return std::nullopt;
    auto element = fields_.front().type.to_type(depth + 1, depth_max, fields_left);
    if (!element) return std::nullopt;
    return Type::list(*std::move(element));
  }
  std::vector<Field> fields;
  for (const Named& named : fields_) {
    if (fields_left == 0) break;
    --fields_left;
    if (auto type = named.type.to_type(depth + 1, depth_max, fields_left)) {
      fields.push_back({.name = named.name, .type = *std::move(type)});
    } else {
      ++fields_left;
    }
  }
  if (fields.empty()) return std::nullopt;
  return Type::structure(std::move(fields));
}

// Adds what was seen to a schema, field by field.
class SchemaGrowth {
 public:
  SchemaGrowth(const SchemaLimits& limits, size_t fields_now)
      : limits_(limits),
        fields_left_(limits.columns_max > fields_now ? limits.columns_max - fields_now : 0) {}

  std::vector<Field> grow(std::vector<Field> fields, const InferredType& seen, size_t depth) {
    if (seen.kind_ != Kind::structure) return fields;
    std::unordered_map<std::string, size_t> places;
    for (size_t at = 0; at < fields.size(); ++at) places.emplace(fold_name(fields[at].name), at);
    for (const InferredType::Named& named : seen.fields_) {
      const auto place = places.find(fold_name(named.name));
      if (place != places.end()) {
        Field& field = fields[place->second];
        field.type = grow_type(field.type, named.type, depth);
      } else {
        add(fields, named, depth);
      }
    }
    return fields;
  }

  [[nodiscard]] bool left_out() const { return left_out_; }

 private:
  Type grow_type(const Type& type, const InferredType& seen, size_t depth) {
    if (type.kind() == TypeKind::structure) {
      return Type::structure(grow(type.fields(), seen, depth + 1));
    }
    if (type.kind() == TypeKind::list && seen.kind_ == Kind::list && !seen.fields_.empty()) {
      return Type::list(grow_type(type.element(), seen.fields_.front().type, depth + 1));
    }
    return type;
  }

  void add(std::vector<Field>& fields, const InferredType::Named& named, size_t depth) {
    size_t left = fields_left_ == 0 ? 0 : fields_left_ - 1;
    auto type = named.type.to_type(depth, limits_.depth_max, left);
    if (fields_left_ == 0) {
      left_out_ = true;
    } else if (type) {
      fields.push_back({.name = named.name, .type = *std::move(type)});
      fields_left_ = left;
      left_out_ = left_out_ || left == 0;
    }
  }

  const SchemaLimits& limits_;
  size_t fields_left_;
  bool left_out_ = false;
};

Evolution evolve(const Schema& schema, const InferredType& seen, const SchemaLimits& limits) {
  SchemaGrowth growth(limits, schema.field_count());
  Evolution evolution;
  evolution.schema.fields = growth.grow(schema.fields, seen, 1);
  evolution.left_out = growth.left_out();
  return evolution;
}

}  // namespace tarn::columns
