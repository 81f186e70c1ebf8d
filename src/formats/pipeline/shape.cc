#include "formats/pipeline/shape.h"

#include <algorithm>
#include <charconv>

#include "formats/pipeline/nearest.h"

namespace tarn::pipeline {
namespace {

constexpr size_t kExcerpt = 60;

std::string found(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::sequence:
      return "a list";
    case Node::Kind::map:
      return "keys below it";
    case Node::Kind::scalar:
      break;
  }
  std::string text = node.text.substr(0, kExcerpt);
  std::ranges::replace(text, '\n', ' ');
  return "'" + text + (node.text.size() > kExcerpt ? "…'" : "'");
}

template <class Number>
std::optional<Number> parse_number(const Node& node) {
  if (node.kind != Node::Kind::scalar || node.quoted) return std::nullopt;
  Number value{};
  const char* last = node.text.data() + node.text.size();
  auto [end, error] = std::from_chars(node.text.data(), last, value);
  if (error != std::errc() || end != last) return std::nullopt;
  return value;
}

std::string unknown_key(const Shape& shape, const std::string& key) {
  std::vector<std::string> known;
  for (const Field& field : shape.fields) {
    if (!field.later) known.push_back(field.name);
  }
  std::string message = "unknown key '" + key.substr(0, kExcerpt) + "'";
  if (auto close = nearest(key, known)) message += "; did you mean '" + *close + "'?";
  return message + " (known here: " + join_words(known) + ")";
}

}  // namespace

std::string join_words(const std::vector<std::string>& words) {
  std::string joined;
  for (const std::string& word : words) joined += (joined.empty() ? "" : ", ") + word;
  return joined;
}

void add_mismatch(const Shape& shape, const Node& node, Problems& problems,
                  const std::string& reason) {
  if (node.kind == Node::Kind::scalar &&
      std::ranges::find(shape.later_choices, node.text) != shape.later_choices.end()) {
    problems.add(node.at, "'" + node.text + "' comes in a later version; this one knows " +
                              join_words(shape.choices));
    return;
  }
  std::string message = "expected " + shape.expected;
  if (!shape.hidden || node.kind != Node::Kind::scalar) message += ", found " + found(node);
  if (node.quoted && (shape.kind == Shape::Kind::integer || shape.kind == Shape::Kind::boolean ||
                      shape.kind == Shape::Kind::number)) {
    message += " in quotes, which is a text";
  }
  if (!reason.empty()) message += ": " + reason;
  if (auto close = nearest(node.text, shape.choices)) message += "; did you mean '" + *close + "'?";
  problems.add(node.at, message);
}

void read_object(const Shape& shape, const Node& node, void* into, Problems& problems) {
  if (node.kind != Node::Kind::map && node.kind != Node::Kind::null) {
    return add_mismatch(shape, node, problems);
  }
  for (const Node::Entry& entry : node.entries) {
    auto field = std::ranges::find(shape.fields, entry.key, &Field::name);
    if (field == shape.fields.end()) {
      problems.add(entry.at, unknown_key(shape, entry.key));
      continue;
    }
    if (field->later) {
      problems.add(entry.at, "'" + entry.key + "' (" + field->doc +
                                 ") comes in a later version of tarn; this one does not know it");
      continue;
    }
    Problems::Step step(problems, entry.key);
    field->read(entry.value, into, problems);
  }
  for (const Field& field : shape.fields) {
    if (!field.required || problems.partial || node.find(field.name) != nullptr) continue;
    problems.add(node.at, "the key '" + field.name + "' is missing: " + field.shape->expected);
  }
}

void read_entries(const Shape& shape, const Node& node, const KeyRule& rule, Problems& problems,
                  const std::function<void(const Node::Entry&)>& read_value) {
  if (node.kind != Node::Kind::map && node.kind != Node::Kind::null) {
    return add_mismatch(shape, node, problems);
  }
  for (const Node::Entry& entry : node.entries) {
    Problems::Step step(problems, entry.key.substr(0, kExcerpt));
    if (Status status = rule ? rule(entry.key) : Status(); !status) {
      problems.add(entry.at, status.error().message());
      continue;
    }
    read_value(entry);
  }
}

Typed<std::string> text(std::string expected) {
  return text_form<std::string>(
      std::move(expected), "", [](const std::string& value) { return Result<std::string>(value); },
      [](const std::string& value) { return value; });
}

Typed<int64_t> integer(int64_t min, int64_t max) {
  auto shape = std::make_shared<Shape>();
  shape->kind = Shape::Kind::integer;
  shape->min = min;
  shape->expected = "a whole number from " + std::to_string(min);
  if (max != std::numeric_limits<int64_t>::max()) {
    shape->max = max;
    shape->expected += " to " + std::to_string(max);
  }
  shape->read = [min, max](const Shape& self, const Node& node, void* into, Problems& problems) {
    auto value = parse_number<int64_t>(node);
    if (!value || *value < min || *value > max) return add_mismatch(self, node, problems);
    *static_cast<int64_t*>(into) = *value;
  };
  shape->show = [](const void* value) {
    return std::to_string(*static_cast<const int64_t*>(value));
  };
  return {std::move(shape)};
}

Typed<double> number() {
  auto shape = std::make_shared<Shape>();
  shape->kind = Shape::Kind::number;
  shape->expected = "a number";
  shape->read = [](const Shape& self, const Node& node, void* into, Problems& problems) {
    auto value = parse_number<double>(node);
    if (!value) return add_mismatch(self, node, problems);
    *static_cast<double*>(into) = *value;
  };
  return {std::move(shape)};
}

Typed<bool> boolean() {
  auto shape = std::make_shared<Shape>();
  shape->kind = Shape::Kind::boolean;
  shape->expected = "true or false";
  shape->read = [](const Shape& self, const Node& node, void* into, Problems& problems) {
    bool is_true = node.text == "true";
    if (node.kind != Node::Kind::scalar || node.quoted || (!is_true && node.text != "false")) {
      return add_mismatch(self, node, problems);
    }
    *static_cast<bool*>(into) = is_true;
  };
  shape->show = [](const void* value) {
    return std::string(*static_cast<const bool*>(value) ? "true" : "false");
  };
  return {std::move(shape)};
}

}  // namespace tarn::pipeline
