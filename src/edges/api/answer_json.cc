#include "edges/api/answer_json.h"

#include <cmath>

#include "edges/api/cell_text.h"
#include "engines/http/errors.h"

namespace tarn::api {
namespace {

void append_list(std::string& out, const columns::Column& column, size_t row) {
  out += '[';
  for (uint64_t element = column.begin_at(row); element < column.end_at(row); ++element) {
    if (element > column.begin_at(row)) out += ',';
    append_json(out, column.child(0), element);
  }
  out += ']';
}

void append_structure(std::string& out, const columns::Column& column, size_t row) {
  out += '{';
  const auto& fields = column.type().fields();
  for (size_t index = 0; index < fields.size(); ++index) {
    if (index > 0) out += ',';
    out += http::json_quoted(fields[index].name) + ':';
    append_json(out, column.child(index), row);
  }
  out += '}';
}

}  // namespace

void append_json(std::string& out, const columns::Column& column, size_t row) {
  if (column.is_null(row)) {
    out += "null";
    return;
  }
  switch (column.type().kind()) {
    case columns::TypeKind::list:
      return append_list(out, column, row);
    case columns::TypeKind::structure:
      return append_structure(out, column, row);
    case columns::TypeKind::float64:
      out += std::isfinite(column.double_at(row)) ? cell_text(column, row) : "null";
      return;
    case columns::TypeKind::boolean:
    case columns::TypeKind::int64:
    case columns::TypeKind::decimal:
      out += cell_text(column, row);
      return;
    default:
      out += http::json_quoted(cell_text(column, row));
  }
}

std::string answer_to_json(const sql::Answer& answer) {
  std::vector<std::string> names;
  for (const auto& field : answer.schema.fields)
    names.push_back(http::json_quoted(field.name) + ":");
  std::string out = "[";
  for (const auto& batch : answer.batches) {
    for (size_t row = 0; row < batch.rows(); ++row) {
      out += out.size() > 1 ? ",\n{" : "\n{";
      for (size_t column = 0; column < names.size(); ++column) {
        if (column > 0) out += ',';
        out += names[column];
        append_json(out, batch.columns[column], row);
      }
      out += '}';
    }
  }
  return out + "\n]\n";
}

}  // namespace tarn::api
