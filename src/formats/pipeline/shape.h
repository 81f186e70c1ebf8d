// What the file may hold: one description from which reading, checking, defaults, the JSON Schema
// and `tarn explain` are all derived, so that they cannot disagree.
#pragma once

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "formats/pipeline/node.h"

namespace tarn::pipeline {

struct Shape;
using ShapePtr = std::shared_ptr<const Shape>;

// A key of an object.
struct Field {
  std::string name;
  std::string doc;
  ShapePtr shape;
  std::string default_text;  // what holds when the key is missing; empty: nothing
  bool required = false;
  bool later = false;  // a key of a later version: known, and refused
  std::function<void(const Node&, void* object, Problems&)> read;
};

struct Shape {
  enum class Kind { text, integer, number, boolean, choice, list, map, object };

  Kind kind = Kind::text;
  std::string expected;  // "a duration such as 15s"
  std::string pattern;   // of a text, for editors
  bool hidden = false;   // what stands there may be secret: never quoted in a problem
  std::vector<std::string> choices;
  std::vector<std::string> later_choices;
  std::optional<int64_t> min;
  std::optional<int64_t> max;
  std::vector<Field> fields;
  ShapePtr element;     // of lists and maps
  ShapePtr short_form;  // what may stand for the whole object or list
  // into points at a value of the type that the shape was made for.
  std::function<void(const Shape&, const Node&, void* into, Problems&)> read;
  std::function<std::string(const void* value)> show;
};

// A shape that reads values of type T.
template <class T>
struct Typed {
  ShapePtr shape;
};

// A name for a value of an enum.
template <class T>
using Choices = std::vector<std::pair<std::string, T>>;

// "expected …, found 'x'" and, when there is one, the reason.
void add_mismatch(const Shape& shape, const Node& node, Problems& problems,
                  const std::string& reason = "");
void read_object(const Shape& shape, const Node& node, void* into, Problems& problems);
std::string join_words(const std::vector<std::string>& words);

// A text of a certain form. parse: (const std::string&) -> Result<T>; show: (const T&) -> text.
template <class T, class Parse, class Show>
Typed<T> text_form(std::string expected, std::string pattern, Parse parse, Show show) {
  auto shape = std::make_shared<Shape>();
  shape->expected = std::move(expected);
  shape->pattern = std::move(pattern);
  shape->read = [parse](const Shape& self, const Node& node, void* into, Problems& problems) {
    if (node.kind != Node::Kind::scalar) return add_mismatch(self, node, problems);
    Result<T> value = parse(node.text);
    if (!value) return add_mismatch(self, node, problems, value.error().message());
    *static_cast<T*>(into) = *std::move(value);
  };
  shape->show = [show](const void* value) { return show(*static_cast<const T*>(value)); };
  return {std::move(shape)};
}

Typed<std::string> text(std::string expected = "a text");
Typed<int64_t> integer(int64_t min, int64_t max = std::numeric_limits<int64_t>::max());
Typed<double> number();
Typed<bool> boolean();

template <class T>
Typed<T> choice(Choices<T> choices, std::vector<std::string> later = {}) {
  auto shape = std::make_shared<Shape>();
  shape->kind = Shape::Kind::choice;
  for (const auto& [name, value] : choices) shape->choices.push_back(name);
  shape->later_choices = std::move(later);
  shape->expected = "one of " + join_words(shape->choices);
  shape->show = [choices](const void* value) {
    for (const auto& [name, known] : choices) {
      if (known == *static_cast<const T*>(value)) return name;
    }
    return std::string();
  };
  shape->read = [choices](const Shape& self, const Node& node, void* into, Problems& problems) {
    for (const auto& [name, value] : choices) {
      if (node.kind != Node::Kind::scalar || node.text != name) continue;
      *static_cast<T*>(into) = value;
      return;
    }
    add_mismatch(self, node, problems);
  };
  return {std::move(shape)};
}

// A list; a single value stands for a list of one.
template <class T>
Typed<std::vector<T>> list_of(Typed<T> element) {
  auto shape = std::make_shared<Shape>();
  shape->kind = Shape::Kind::list;
  shape->expected = "a list";
  shape->element = element.shape;
  shape->short_form = element.shape;
  shape->read = [](const Shape& self, const Node& node, void* into, Problems& problems) {
    auto& values = *static_cast<std::vector<T>*>(into);
    values.clear();
    auto read_one = [&](const Node& item) {
      self.element->read(*self.element, item, &values.emplace_back(), problems);
    };
    if (node.kind == Node::Kind::null) return;
    if (node.kind != Node::Kind::sequence) return read_one(node);
    for (size_t index = 0; index < node.items.size(); ++index) {
      Problems::Step step(problems, "[" + std::to_string(index) + "]");
      read_one(node.items[index]);
    }
  };
  return {std::move(shape)};
}

// Whether a key of a map may be called so; the error says why not.
using KeyRule = std::function<Status(const std::string& key)>;
// Calls read_value for each entry whose key keeps the rule.
void read_entries(const Shape& shape, const Node& node, const KeyRule& rule, Problems& problems,
                  const std::function<void(const Node::Entry&)>& read_value);

template <class T>
Typed<std::map<std::string, T>> map_of(Typed<T> element, KeyRule rule, std::string expected) {
  auto shape = std::make_shared<Shape>();
  shape->kind = Shape::Kind::map;
  shape->expected = std::move(expected);
  shape->element = element.shape;
  shape->read = [rule](const Shape& self, const Node& node, void* into, Problems& problems) {
    auto& values = *static_cast<std::map<std::string, T>*>(into);
    read_entries(self, node, rule, problems, [&](const Node::Entry& entry) {
      self.element->read(*self.element, entry.value, &values[entry.key], problems);
    });
  };
  return {std::move(shape)};
}

// A map in the file, a list of things that know their names in the program.
template <class T>
Typed<std::vector<T>> named_list(Typed<T> element, std::string T::* name, KeyRule rule,
                                 std::string expected) {
  auto shape = std::make_shared<Shape>();
  shape->kind = Shape::Kind::map;
  shape->expected = std::move(expected);
  shape->element = element.shape;
  shape->read = [rule, name](const Shape& self, const Node& node, void* into, Problems& problems) {
    auto& values = *static_cast<std::vector<T>*>(into);
    read_entries(self, node, rule, problems, [&](const Node::Entry& entry) {
      T& value = values.emplace_back();
      value.*name = entry.key;
      self.element->read(*self.element, entry.value, &value, problems);
    });
  };
  return {std::move(shape)};
}

}  // namespace tarn::pipeline
