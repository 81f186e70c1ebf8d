#include "formats/pipeline/description.h"
#include "formats/pipeline/json_schema.h"
#include "formats/pipeline/nearest.h"

namespace tarn::pipeline {
namespace {

std::vector<std::string> split(const std::string& key) {
  std::vector<std::string> steps;
  size_t from = 0;
  while (from < key.size()) {
    size_t dot = std::min(key.find('.', from), key.size());
    steps.push_back(key.substr(from, dot - from));
    from = dot + 1;
  }
  return steps;
}

const Shape& below_lists(const Shape& shape) {
  return shape.kind == Shape::Kind::list ? below_lists(*shape.element) : shape;
}

std::vector<std::string> key_names(const Shape& shape) {
  std::vector<std::string> names;
  for (const Field& field : shape.fields) {
    if (!field.later) names.push_back(field.name);
  }
  return names;
}

const Field* find_field(const Shape& shape, const std::string& name) {
  for (const Field& field : shape.fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

std::string describe(const Shape& shape) {
  std::string text = "  expects: " + shape.expected + "\n";
  const Shape& holder = below_lists(shape);
  const Shape& object = holder.kind == Shape::Kind::map ? below_lists(*holder.element) : holder;
  if (holder.kind == Shape::Kind::map && object.fields.empty()) {
    text += "  each:    " + object.expected + "\n";
  }
  if (object.fields.empty()) return text;
  text += holder.kind == Shape::Kind::map ? "  keys of each:\n" : "  keys:\n";
  for (const Field& field : object.fields) {
    if (field.later) continue;
    std::string name = "    " + field.name;
    name.resize(std::max<size_t>(name.size() + 1, 20), ' ');
    text += name + field.doc;
    if (field.required) text += " Required.";
    if (!field.default_text.empty()) text += " Default: " + field.default_text + ".";
    text += "\n";
  }
  return text;
}

void collect(const Shape& shape, const std::string& prefix, std::vector<std::string>& keys) {
  const Shape& holder = below_lists(shape);
  if (holder.kind == Shape::Kind::map) {
    // An environment repeats the whole file.
    if (prefix != "environments") collect(*holder.element, prefix + ".NAME", keys);
    return;
  }
  for (const Field& field : holder.fields) {
    if (field.later) continue;
    std::string key = prefix.empty() ? field.name : prefix + "." + field.name;
    keys.push_back(key);
    collect(*field.shape, key, keys);
  }
}

}  // namespace

Result<std::string> explain_key(const std::string& key) {
  auto root = describe_pipeline();
  const Shape* shape = root.shape.get();
  const Field* field = nullptr;
  std::string walked;
  for (const std::string& step : split(key)) {
    shape = &below_lists(*shape);
    if (shape->kind == Shape::Kind::map) {
      shape = shape->element.get();
      field = nullptr;
      walked += "." + step;
      continue;
    }
    field = find_field(*shape, step);
    if (field == nullptr) {
      std::string message =
          "there is no key '" + step + "'" + (walked.empty() ? "" : " in " + walked.substr(1));
      if (auto close = nearest(step, key_names(*shape))) {
        message += "; did you mean '" + *close + "'?";
      } else if (!shape->fields.empty()) {
        message += "; there are " + join_words(key_names(*shape));
      }
      return Error(ErrorCode::not_found, message);
    }
    walked += "." + step;
    shape = field->shape.get();
  }
  std::string text = (key.empty() ? "tarn.yaml" : key) + "\n";
  if (field != nullptr) {
    text += "  " + field->doc + "\n";
    if (field->later) return text + "  comes in a later version of tarn\n";
    if (field->required) text += "  required\n";
    if (!field->default_text.empty()) text += "  default: " + field->default_text + "\n";
  }
  return text + describe(*shape);
}

std::vector<std::string> known_keys() {
  std::vector<std::string> keys;
  collect(*describe_pipeline().shape, "", keys);
  return keys;
}

}  // namespace tarn::pipeline
