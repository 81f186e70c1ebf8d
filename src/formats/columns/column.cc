#include "formats/columns/column.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace tarn::columns {

namespace {

template <class T>
size_t held(const std::vector<T>& values) {
  return values.capacity() * sizeof(T);
}

}  // namespace

Column::Column(Type type) : type_(std::move(type)) {
  if (type_.kind() == TypeKind::list) {
    children_.emplace_back(type_.element());
  } else if (type_.kind() == TypeKind::structure) {
    children_.reserve(type_.fields().size());
    for (const Field& field : type_.fields()) children_.emplace_back(field.type);
  }
}

void Column::append_null() {
  switch (type_.kind()) {
    case TypeKind::text:
    case TypeKind::binary:
    case TypeKind::decimal:
      ends_.push_back(text_.size());
      break;
    case TypeKind::list:
      ends_.push_back(children_.front().rows());
      break;
    case TypeKind::structure:
      for (Column& child : children_) child.append_null();
      break;
    default:
      words_.push_back(0);
  }
  valid_.push_back(0);
  ++null_count_;
}

void Column::append_text(std::string_view value) {
  text_.append(value);
  ends_.push_back(text_.size());
  valid_.push_back(1);
}

void Column::append_list() {
  ends_.push_back(children_.front().rows());
  valid_.push_back(1);
}

void Column::append_structure() {
  valid_.push_back(1);
}

void Column::truncate(size_t rows) {
  // A structure's children may be ahead of it: its row is complete only after theirs.
  if (type_.kind() == TypeKind::structure) {
    for (Column& child : children_) child.truncate(rows);
  }
  if (type_.kind() == TypeKind::list) {
    children_.front().truncate(rows == 0 ? 0 : ends_[std::min(rows, ends_.size()) - 1]);
  }
  if (rows >= valid_.size()) return;
  null_count_ -= static_cast<size_t>(
      std::count(valid_.begin() + static_cast<ptrdiff_t>(rows), valid_.end(), uint8_t{0}));
  valid_.resize(rows);
  if (!words_.empty()) words_.resize(rows);
  if (!ends_.empty()) {
    ends_.resize(rows);
    if (type_.kind() != TypeKind::list) text_.resize(rows == 0 ? 0 : ends_.back());
  }
}

size_t Column::bytes() const {
  size_t total = held(valid_) + held(words_) + held(ends_) + text_.capacity();
  for (const Column& child : children_) total += child.bytes();
  return total;
}

Batch::Batch(Schema of) : schema(std::move(of)) {
  columns.reserve(schema.fields.size());
  for (const Field& field : schema.fields) columns.emplace_back(field.type);
}

size_t Batch::bytes() const {
  size_t total = 0;
  for (const Column& column : columns) total += column.bytes();
  return total;
}

void Batch::add(Field field, Column column) {
  check(columns.empty() || column.rows() == rows(), "columns of a batch have equal length");
  schema.fields.push_back(std::move(field));
  columns.push_back(std::move(column));
}

const Column* Batch::find(std::string_view name) const {
  const auto index = schema.find(name);
  return index ? &columns[*index] : nullptr;
}

}  // namespace tarn::columns
