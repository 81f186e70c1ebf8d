// Which columns JSON values ask for.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "formats/columns/schema.h"

namespace tarn::columns {

// What all values seen so far have in common. A tree that grows; join() is commutative but for the
// order and the spelling of fields, where the first one counts.
class InferredType {
 public:
  enum class Kind : uint8_t { unknown, boolean, int64, float64, text, list, structure };

  [[nodiscard]] Kind kind() const { return kind_; }
  // Values of another kind make it text, but for integers among doubles.
  void join(Kind kind);
  void join(InferredType other);
  // After join(list), and as long as kind() is list.
  InferredType& element();
  // After join(structure), and as long as kind() is structure. By the name of the column, ignoring
  // ASCII case.
  InferredType& field(std::string_view name);
  [[nodiscard]] size_t field_count() const;

  // None as long as nothing but null, {} and [] was seen. depth: how deep this type lies, 1 for a
  // column; deeper than depth_max it is text. fields_left is lowered by the nested fields taken;
  // fields for which nothing is left are dropped.
  [[nodiscard]] std::optional<Type> to_type(size_t depth, size_t depth_max,
                                            size_t& fields_left) const;

 private:
  struct Named;
  friend class SchemaGrowth;

  Kind kind_ = Kind::unknown;
  std::vector<Named> fields_;  // of a list: one
  std::unordered_map<std::string, size_t> by_name_;
};

struct InferredType::Named {
  std::string name;
  InferredType type;
};

// The schema with what `seen` (a structure) adds: new columns and nested fields at the end, all
// nullable. Types that are there stay. left_out: something had no place within the limits.
struct Evolution {
  Schema schema;
  bool left_out = false;
};
Evolution evolve(const Schema& schema, const InferredType& seen, const SchemaLimits& limits);

}  // namespace tarn::columns
