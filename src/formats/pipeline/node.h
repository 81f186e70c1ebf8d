// The file as a tree, before anyone knows what its keys mean.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/pipeline/problem.h"

namespace tarn::pipeline {

// Aliases are expanded; what that may cost is bounded. Keys are scalars and stand once.
struct Node {
  enum class Kind { null, scalar, sequence, map };
  struct Entry;

  Kind kind = Kind::null;
  Position at;
  std::string text;     // of a scalar
  bool quoted = false;  // "5" is a text, 5 may be a number
  std::vector<Node> items;
  std::vector<Entry> entries;

  [[nodiscard]] const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
};

struct Node::Entry {
  std::string key;
  Position at;
  Node value;
};

struct YamlLimits {
  size_t text_bytes = 1 << 20;
  size_t nodes = 50'000;  // after aliases are expanded
  size_t depth = 50;
};

// One document. What cannot be read as YAML is a problem with its place; the tree is then empty.
Node parse_yaml(std::string_view text, Problems& problems, YamlLimits limits = {});

// The place of a key, or of the last step of its path that is there.
Position locate(const Node& root, const std::vector<std::string>& path);
// None when the whole path is not there.
std::optional<Position> locate_exactly(const Node& root, const std::vector<std::string>& path);

// Maps merge deep, all else replaces.
void merge_into(Node& base, const Node& overlay);

// KEY=VALUE, where KEY is a path such as sources.flights.every (a step with dots in it is quoted)
// and VALUE is YAML.
void apply_setting(Node& root, const std::string& setting, Problems& problems);

}  // namespace tarn::pipeline
