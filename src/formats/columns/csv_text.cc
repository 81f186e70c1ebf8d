#include "formats/columns/csv_text.h"

#include <string_view>

#include "formats/columns/json_text.h"

namespace tarn::columns {

namespace {

void append_cell(std::string_view text, std::string& out) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  out += '"';
}

void append_value(const Column& column, size_t row, std::string& out) {
  if (column.is_null(row)) return;
  if (column.type() == TypeKind::text) {
    append_cell(column.text_at(row), out);
    return;
  }
  std::string text;
  append_json_value(column, row, text);
  // Times and binary are JSON texts without anything to escape.
  if (!column.type().is_nested() && text.starts_with('"')) text = text.substr(1, text.size() - 2);
  append_cell(text, out);
}

}  // namespace

void append_csv_header(const Schema& schema, std::string& out) {
  for (size_t field = 0; field < schema.fields.size(); ++field) {
    if (field != 0) out += ',';
    append_cell(schema.fields[field].name, out);
  }
  out += '\n';
}

void append_csv_rows(const Batch& batch, std::string& out) {
  for (size_t row = 0; row < batch.rows(); ++row) {
    for (size_t column = 0; column < batch.columns.size(); ++column) {
      if (column != 0) out += ',';
      append_value(batch.columns[column], row, out);
    }
    out += '\n';
  }
}

}  // namespace tarn::columns
