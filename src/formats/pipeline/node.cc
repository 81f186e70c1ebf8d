#include "formats/pipeline/node.h"

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace tarn::pipeline {
namespace {

Position position(const YAML::Mark& mark) {
  return {.line = mark.line + 1, .column = mark.column + 1, .origin = ""};
}

size_t count_nodes(const Node& node) {
  size_t count = 1;
  for (const Node& item : node.items) count += count_nodes(item);
  for (const Node::Entry& entry : node.entries) count += 1 + count_nodes(entry.value);
  return count;
}

// Builds the tree from the parser's events. After the first problem that makes the rest senseless
// it only waits for the end of the text.
class Builder final : public YAML::EventHandler {
 public:
  Builder(Problems& problems, YamlLimits limits) : problems_(problems), limits_(limits) {}

  [[nodiscard]] Node take() && { return stopped_ ? Node() : std::move(root_); }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add({.kind = Node::Kind::null, .at = position(mark)}, anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto target = anchors_.find(anchor);
    if (target == anchors_.end()) return stop(mark, "this alias stands inside its own anchor");
    Node copy = target->second;
    add(std::move(copy), 0, count_nodes(target->second));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    add({.kind = Node::Kind::scalar, .at = position(mark), .text = value, .quoted = tag == "!"},
        anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(Node::Kind::sequence, mark, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(Node::Kind::map, mark, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor = 0;
    std::optional<Node> key;  // of a map, while its value is awaited
  };

  void stop(const YAML::Mark& mark, std::string message) {
    if (!stopped_) problems_.add(position(mark), std::move(message));
    stopped_ = true;
  }

  void open(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (open_.size() >= limits_.depth) {
      stop(mark, "nested deeper than " + std::to_string(limits_.depth) + " levels");
    }
    if (stopped_) return;
    open_.push_back({.node = {.kind = kind, .at = position(mark)}, .anchor = anchor});
  }

  void close() {
    if (stopped_) return;
    Open done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done.node), done.anchor, 0);
  }

  // weight: how many nodes it brings that have not been counted yet.
  void add(Node node, YAML::anchor_t anchor, size_t weight = 1) {
    if (stopped_) return;
    nodes_ += weight;
    // An anchored subtree is kept once more.
    if (anchor != 0) nodes_ += count_nodes(node);
    if (nodes_ > limits_.nodes) {
      problems_.add(node.at, "with its aliases expanded the file has more than " +
                                 std::to_string(limits_.nodes) + " values");
      stopped_ = true;
      return;
    }
    if (anchor != 0) anchors_[anchor] = node;
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == Node::Kind::sequence) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      parent.key = std::move(node);
    } else {
      add_entry(parent, std::move(node));
    }
  }

  void add_entry(Open& parent, Node value) {
    Node key = *std::move(parent.key);
    parent.key.reset();
    if (key.kind != Node::Kind::scalar) {
      problems_.add(key.at, "a key must be a plain text");
      return;
    }
    if (const Node::Entry* earlier = find_entry(parent.node, key.text)) {
      problems_.add(key.at, "the key '" + key.text +
                                "' stands here for the second time; the first is in line " +
                                std::to_string(earlier->at.line));
      return;
    }
    parent.node.entries.push_back({.key = key.text, .at = key.at, .value = std::move(value)});
  }

  static const Node::Entry* find_entry(const Node& node, const std::string& key) {
    auto found = std::ranges::find(node.entries, key, &Node::Entry::key);
    return found == node.entries.end() ? nullptr : &*found;
  }

  Problems& problems_;
  YamlLimits limits_;
  Node root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Node> anchors_;
  size_t nodes_ = 0;
  bool stopped_ = false;
};

// The first line up to `line` whose indentation holds a tab; 0: none.
int line_with_tab(std::string_view text, int line) {
  for (int number = 1; number <= line && !text.empty(); ++number) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view indentation = text.substr(0, std::min(text.find_first_not_of(" \t"), end));
    if (indentation.find('\t') != std::string_view::npos) return number;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return 0;
}

void add_yaml_error(std::string_view text, const YAML::Exception& error, Problems& problems) {
  Position at = position(error.mark);
  if (int line = line_with_tab(text, at.line); line > 0) {
    problems.add({.line = line, .column = 1, .origin = ""},
                 "a tab in the indentation; YAML is indented with spaces");
    return;
  }
  problems.add(at, "this is not valid YAML: " + error.msg);
}

std::optional<std::vector<std::string>> split_path(std::string_view path) {
  std::vector<std::string> steps(1);
  bool quoted = false;
  for (char c : path) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == '.' && !quoted) {
      steps.emplace_back();
    } else {
      steps.back() += c;
    }
  }
  bool has_empty = std::ranges::any_of(steps, &std::string::empty);
  if (quoted || has_empty) return std::nullopt;
  return steps;
}

// The '=' that ends the path: the first one outside of quotes.
size_t find_equals(std::string_view setting) {
  bool quoted = false;
  for (size_t at = 0; at < setting.size(); ++at) {
    if (setting[at] == '"') quoted = !quoted;
    if (setting[at] == '=' && !quoted) return at;
  }
  return std::string_view::npos;
}

void set_origin(Node& node, const Position& at) {
  node.at = at;
  for (Node& item : node.items) set_origin(item, at);
  for (Node::Entry& entry : node.entries) {
    entry.at = at;
    set_origin(entry.value, at);
  }
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &found->value;
}

Node* Node::find(std::string_view key) {
  auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &found->value;
}

Node parse_yaml(std::string_view text, Problems& problems, YamlLimits limits) {
  if (text.size() > limits.text_bytes) {
    problems.add({}, "the file is larger than " + std::to_string(limits.text_bytes) + " bytes");
    return {};
  }
  std::istringstream stream{std::string(text)};
  Builder builder(problems, limits);
  size_t known = problems.size();
  try {
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    Node root = std::move(builder).take();
    Builder rest(problems, limits);
    if (parser.HandleNextDocument(rest)) {
      problems.add(std::move(rest).take().at, "a pipeline is one YAML document; this is a second");
    }
    return root;
  } catch (const YAML::Exception& error) {
    // What made the builder stop is the better reason.
    if (problems.size() == known) add_yaml_error(text, error, problems);
    return {};
  }
}

namespace {

struct Located {
  Position at;
  bool is_whole = true;
};

Located walk(const Node& root, const std::vector<std::string>& path) {
  Located place{.at = root.at};
  const Node* node = &root;
  for (const std::string& step : path) {
    auto entry = std::ranges::find(node->entries, step, &Node::Entry::key);
    if (entry == node->entries.end()) return {.at = place.at, .is_whole = false};
    place.at = entry->at;
    node = &entry->value;
  }
  return place;
}

}  // namespace

Position locate(const Node& root, const std::vector<std::string>& path) {
  return walk(root, path).at;
}

std::optional<Position> locate_exactly(const Node& root, const std::vector<std::string>& path) {
  Located place = walk(root, path);
  if (!place.is_whole) return std::nullopt;
  return place.at;
}

void merge_into(Node& base, const Node& overlay) {
  if (base.kind != Node::Kind::map || overlay.kind != Node::Kind::map) {
    base = overlay;
    return;
  }
  for (const Node::Entry& entry : overlay.entries) {
    if (Node* there = base.find(entry.key)) {
      merge_into(*there, entry.value);
    } else {
      base.entries.push_back(entry);
    }
  }
}

void apply_setting(Node& root, const std::string& setting, Problems& problems) {
  size_t equals = find_equals(setting);
  auto steps = split_path(std::string_view(setting).substr(0, equals));
  Position at{.line = 0, .column = 0, .origin = "--set " + setting.substr(0, equals)};
  if (equals == std::string::npos || !steps) {
    problems.add(at, "expected KEY=VALUE, such as sources.flights.every=5s");
    return;
  }
  Problems unreadable;
  std::string text = setting.substr(equals + 1);
  Node value = parse_yaml(text, unreadable);
  // What is no YAML by itself is meant as a text: a SQL statement with a colon.
  if (!unreadable.empty()) value = {.kind = Node::Kind::scalar, .text = text, .quoted = true};
  for (auto step = steps->rbegin(); step != steps->rend(); ++step) {
    Node outer{.kind = Node::Kind::map};
    outer.entries.push_back({.key = *step, .at = at, .value = std::move(value)});
    value = std::move(outer);
  }
  set_origin(value, at);
  if (root.kind == Node::Kind::null) root.kind = Node::Kind::map;
  merge_into(root, value);
}

}  // namespace tarn::pipeline
