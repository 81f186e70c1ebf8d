// Rows as columns in plain memory: what decoders fill, what writers and the SQL engine read. There
// is no sink interface between them: a batch is a value, handed over whole, so that no call is
// virtual per row or value.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/columns/schema.h"

namespace tarn::columns {

// The values of one column, or of a nested part of one. Appending and reading must fit the type.
class Column {
 public:
  explicit Column(Type type);

  void append_null();
  void append_boolean(bool value) { append_word(value ? 1 : 0); }
  void append_int64(int64_t value) { append_word(value); }  // int64, timestamp, date
  void append_double(double value) { append_word(std::bit_cast<int64_t>(value)); }
  void append_text(std::string_view value);  // text, binary, decimal
  // After `elements` values were appended to child(0).
  void append_list();
  // After one value was appended to every child.
  void append_structure();
  // Forgets all rows from `rows` on.
  void truncate(size_t rows);

  [[nodiscard]] const Type& type() const { return type_; }
  [[nodiscard]] size_t rows() const { return valid_.size(); }
  [[nodiscard]] size_t null_count() const { return null_count_; }
  [[nodiscard]] size_t bytes() const;  // memory held
  [[nodiscard]] Column& child(size_t index) { return children_[index]; }
  [[nodiscard]] const Column& child(size_t index) const { return children_[index]; }
  [[nodiscard]] const std::vector<Column>& children() const { return children_; }

  [[nodiscard]] bool is_null(size_t row) const { return valid_[row] == 0; }
  [[nodiscard]] bool boolean_at(size_t row) const { return words_[row] != 0; }
  [[nodiscard]] int64_t int64_at(size_t row) const { return words_[row]; }
  [[nodiscard]] double double_at(size_t row) const { return std::bit_cast<double>(words_[row]); }
  [[nodiscard]] std::string_view text_at(size_t row) const {
    const uint64_t begin = begin_at(row);
    return std::string_view(text_).substr(begin, ends_[row] - begin);
  }
  // The rows of child(0) that are the elements of a list.
  [[nodiscard]] uint64_t begin_at(size_t row) const { return row == 0 ? 0 : ends_[row - 1]; }
  [[nodiscard]] uint64_t end_at(size_t row) const { return ends_[row]; }

  [[nodiscard]] std::span<const uint8_t> valid() const { return valid_; }  // 1 or 0 a row
  [[nodiscard]] std::span<const int64_t> words() const { return words_; }  // doubles by their bits
  [[nodiscard]] std::span<const uint64_t> ends() const { return ends_; }   // of texts, of lists
  std::string take_text() && { return std::move(text_); }
  std::vector<Column> take_children() && { return std::move(children_); }

 private:
  void append_word(int64_t word) {
    words_.push_back(word);
    valid_.push_back(1);
  }

  Type type_;
  std::vector<uint8_t> valid_;
  size_t null_count_ = 0;
  std::vector<int64_t> words_;
  std::vector<uint64_t> ends_;
  std::string text_;
  std::vector<Column> children_;
};

// Columns of equal length with their names.
struct Batch {
  Schema schema;
  std::vector<Column> columns;

  Batch() = default;
  explicit Batch(Schema of);  // empty columns
  [[nodiscard]] size_t rows() const { return columns.empty() ? 0 : columns.front().rows(); }
  [[nodiscard]] size_t bytes() const;
  void add(Field field, Column column);
  [[nodiscard]] const Column* find(std::string_view name) const;  // null when missing
};

}  // namespace tarn::columns
