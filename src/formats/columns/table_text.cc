#include "formats/columns/table_text.h"

#include <algorithm>
#include <vector>

#include "formats/columns/json_text.h"

namespace tarn::columns {

namespace {

bool is_number(const Type& type) {
  return type == TypeKind::int64 || type == TypeKind::float64 || type == TypeKind::decimal;
}

bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
}

size_t width(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, begins_character));
}

std::string cut(std::string text, size_t width_max) {
  if (width(text) <= width_max) return text;
  size_t characters = 0;
  size_t end = 0;
  while (end < text.size()) {
    if (begins_character(text[end]) && characters++ == width_max - 1) break;
    ++end;
  }
  return text.substr(0, end) + "…";
}

// Quotes and backslashes may stay, control characters may not.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) {
      std::string escaped;
      append_json_text({&c, 1}, escaped);
      out.append(escaped, 1, escaped.size() - 2);
    } else {
      out += c == 0x7f ? '?' : c;
    }
  }
  return out;
}

std::string cell(const Column& column, size_t row) {
  if (column.is_null(row)) return "";
  if (column.type() == TypeKind::text) return printable(column.text_at(row));
  std::string text;
  append_json_value(column, row, text);
  if (!column.type().is_nested() && text.starts_with('"')) text = text.substr(1, text.size() - 2);
  return text;
}

// Columns of equal-width cells.
class Grid {
 public:
  explicit Grid(size_t columns) : widths_(columns) {}

  void add(std::vector<std::string> line) {
    for (size_t column = 0; column < line.size(); ++column) {
      widths_[column] = std::max(widths_[column], width(line[column]));
    }
    lines_.push_back(std::move(line));
  }

  [[nodiscard]] std::string print(const Schema& schema) const {
    std::string out;
    for (size_t line = 0; line < lines_.size(); ++line) {
      for (size_t column = 0; column < widths_.size(); ++column) {
        if (column != 0) out += '|';
        const std::string padding(widths_[column] - width(lines_[line][column]), ' ');
        const bool to_the_right = line > 0 && is_number(schema.fields[column].type);
        out += ' ' + (to_the_right ? padding : "") + lines_[line][column] +
               (to_the_right ? "" : padding) + ' ';
      }
      while (out.ends_with(' ')) out.pop_back();
      out += '\n';
      if (line == 0) out += rule();
    }
    return out;
  }

 private:
  [[nodiscard]] std::string rule() const {
    std::string out;
    for (size_t column = 0; column < widths_.size(); ++column) {
      if (column != 0) out += '+';
      out.append(widths_[column] + 2, '-');
    }
    return out + '\n';
  }

  std::vector<size_t> widths_;
  std::vector<std::vector<std::string>> lines_;
};

}  // namespace

std::string table_text(const Schema& schema, std::span<const Batch> batches,
                       TableTextOptions options) {
  Grid grid(schema.fields.size());
  std::vector<std::string> header;
  for (const Field& field : schema.fields) {
    header.push_back(cut(printable(field.name), options.cell_width_max));
  }
  grid.add(std::move(header));
  for (const Batch& batch : batches) {
    for (size_t row = 0; row < batch.rows(); ++row) {
      std::vector<std::string> line;
      for (const Column& column : batch.columns) {
        line.push_back(cut(cell(column, row), options.cell_width_max));
      }
      grid.add(std::move(line));
    }
  }
  return grid.print(schema);
}

}  // namespace tarn::columns
