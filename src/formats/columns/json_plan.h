// A schema made ready for decoding: which key leads to which column. Private to the module.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "formats/columns/schema.h"

namespace tarn::columns {

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

// One type of the schema with its children.
class JsonPlan {
 public:
  struct Match {
    size_t child = 0;
    bool is_exact = false;  // the key is the name, letter by letter
  };

  explicit JsonPlan(const Type& type);
  // The columns of a table; `reserved` names are stepped around, and _rescued has no key.
  JsonPlan(const std::vector<Field>& fields, const std::vector<std::string>& reserved);

  [[nodiscard]] TypeKind kind() const { return kind_; }
  [[nodiscard]] const std::vector<JsonPlan>& children() const { return children_; }
  // guess: the child that most likely comes next.
  [[nodiscard]] std::optional<Match> match(std::string_view key, size_t guess) const {
    if (guess < guesses_.size() && guesses_[guess] == key) return Match{guess, true};
    return look_up(key);
  }
  // Of a table: the place of _rescued.
  [[nodiscard]] std::optional<size_t> rescued() const { return rescued_; }
  [[nodiscard]] const std::string& name(size_t child) const { return names_[child]; }
  // The name that a column for this key would have.
  [[nodiscard]] std::string name_for(std::string_view key) const;

 private:
  void add(const Field& field);
  [[nodiscard]] std::optional<Match> look_up(std::string_view key) const;

  TypeKind kind_ = TypeKind::structure;
  bool is_table_ = false;
  std::vector<std::string> reserved_;
  std::optional<size_t> rescued_;
  std::vector<JsonPlan> children_;  // of a list: its element
  std::vector<std::string> names_;  // of a structure
  std::vector<std::string> guesses_;
  std::unordered_map<std::string, size_t, TextHash, std::equal_to<>> exact_;
  std::unordered_map<std::string, size_t, TextHash, std::equal_to<>> folded_;
};

}  // namespace tarn::columns
