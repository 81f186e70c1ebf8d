// Objects of the file: keys bound to members of a struct.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "formats/pipeline/shape.h"

namespace tarn::pipeline {

// object<Commit>("…").field("every", &Commit::every, duration(), "how often").done()
// The default that is documented is the one that the struct's initializer gives.
template <class T>
class ObjectShape {
 public:
  explicit ObjectShape(std::string expected) : shape_(std::make_shared<Shape>()) {
    shape_->kind = Shape::Kind::object;
    shape_->expected = std::move(expected);
    shape_->read = read_object;
  }

  template <class M>
  ObjectShape&& field(std::string name, M T::* member, Typed<M> shape, std::string doc) && {
    Field& added = add(std::move(name), shape.shape, std::move(doc));
    const T defaults{};
    if (shape.shape->show) added.default_text = shape.shape->show(&(defaults.*member));
    added.read = [member, shape](const Node& node, void* object, Problems& problems) {
      shape.shape->read(*shape.shape, node, &(static_cast<T*>(object)->*member), problems);
    };
    return std::move(*this);
  }

  template <class M>
  ObjectShape&& field(std::string name, std::optional<M> T::* member, Typed<M> shape,
                      std::string doc) && {
    Field& added = add(std::move(name), shape.shape, std::move(doc));
    added.read = [member, shape](const Node& node, void* object, Problems& problems) {
      auto& value = static_cast<T*>(object)->*member;
      // An overlay changes what is there; a first mention starts from the defaults.
      if (!value) value.emplace();
      shape.shape->read(*shape.shape, node, &*value, problems);
    };
    return std::move(*this);
  }

  // The last field must be given.
  ObjectShape&& required() && {
    shape_->fields.back().required = true;
    shape_->fields.back().default_text.clear();
    return std::move(*this);
  }

  ObjectShape&& later(std::string name, std::string doc) && {
    Field& added = add(std::move(name), std::make_shared<Shape>(), std::move(doc));
    added.later = true;
    return std::move(*this);
  }

  // A key whose value is read for its mistakes only.
  ObjectShape&& overlays(std::string name, ShapePtr shape, std::string doc) && {
    Field& added = add(std::move(name), shape, std::move(doc));
    added.read = [shape](const Node& node, void* /*object*/, Problems& problems) {
      shape->read(*shape, node, nullptr, problems);
    };
    return std::move(*this);
  }

  // A value that stands for the object with this one member set.
  template <class M>
  ObjectShape&& short_form(M T::* member, Typed<M> shape) && {
    shape_->short_form = shape.shape;
    shape_->expected += ", or " + shape.shape->expected;
    shape_->read = [member, shape](const Shape& self, const Node& node, void* into,
                                   Problems& problems) {
      if (node.kind != Node::Kind::scalar) return read_object(self, node, into, problems);
      shape.shape->read(*shape.shape, node, &(static_cast<T*>(into)->*member), problems);
    };
    return std::move(*this);
  }

  Typed<T> done() && { return {std::move(shape_)}; }

 private:
  Field& add(std::string name, ShapePtr shape, std::string doc) {
    Field& added = shape_->fields.emplace_back();
    added.name = std::move(name);
    added.doc = std::move(doc);
    added.shape = std::move(shape);
    return added;
  }

  std::shared_ptr<Shape> shape_;
};

template <class T>
ObjectShape<T> object(std::string expected) {
  return ObjectShape<T>(std::move(expected));
}

}  // namespace tarn::pipeline
