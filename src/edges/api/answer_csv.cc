#include "edges/api/answer_csv.h"

#include "edges/api/answer_json.h"
#include "edges/api/cell_text.h"

namespace tarn::api {
namespace {

std::string quoted(const std::string& text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string cell(const columns::Column& column, size_t row) {
  if (column.is_null(row)) return {};
  if (!column.type().is_nested()) return quoted(cell_text(column, row));
  std::string json;
  append_json(json, column, row);
  return quoted(json);
}

}  // namespace

std::string answer_to_csv(const sql::Answer& answer) {
  std::string out;
  for (const auto& field : answer.schema.fields) {
    if (!out.empty()) out += ',';
    out += quoted(field.name);
  }
  out += "\r\n";
  for (const auto& batch : answer.batches) {
    for (size_t row = 0; row < batch.rows(); ++row) {
      for (size_t column = 0; column < batch.columns.size(); ++column) {
        if (column > 0) out += ',';
        out += cell(batch.columns[column], row);
      }
      out += "\r\n";
    }
  }
  return out;
}

}  // namespace tarn::api
