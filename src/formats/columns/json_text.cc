#include "formats/columns/json_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/base64.h"
#include "formats/columns/time_text.h"

namespace tarn::columns {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

void append_escaped(char c, std::string& out) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default: {
      const auto code = static_cast<unsigned char>(c);
      out += "\\u00";
      out += kHexDigits[code >> 4];
      out += kHexDigits[code & 15];
    }
  }
}

bool needs_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

void append_integer(int64_t value, std::string& out) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

// The shortest digits that give the same double again; always with a point or an exponent.
void append_double(double value, std::string& out) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  const std::string_view text(digits.data(), static_cast<size_t>(end - digits.data()));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void append_list(const Column& column, size_t row, std::string& out) {
  out += '[';
  for (uint64_t at = column.begin_at(row); at < column.end_at(row); ++at) {
    if (at != column.begin_at(row)) out += ',';
    append_json_value(column.child(0), at, out);
  }
  out += ']';
}

void append_object(const std::vector<Field>& fields, const std::vector<Column>& columns, size_t row,
                   std::string& out) {
  out += '{';
  for (size_t field = 0; field < fields.size(); ++field) {
    if (field != 0) out += ',';
    append_json_text(fields[field].name, out);
    out += ':';
    append_json_value(columns[field], row, out);
  }
  out += '}';
}

}  // namespace

void append_json_text(std::string_view text, std::string& out) {
  out += '"';
  size_t plain = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (!needs_escape(text[at])) continue;
    out += text.substr(plain, at - plain);
    append_escaped(text[at], out);
    plain = at + 1;
  }
  out += text.substr(plain);
  out += '"';
}

void append_json_value(const Column& column, size_t row, std::string& out) {
  if (column.is_null(row)) {
    out += "null";
    return;
  }
  switch (column.type().kind()) {
    case TypeKind::boolean:
      out += column.boolean_at(row) ? "true" : "false";
      break;
    case TypeKind::int64:
      append_integer(column.int64_at(row), out);
      break;
    case TypeKind::float64:
      append_double(column.double_at(row), out);
      break;
    case TypeKind::decimal:
      out += column.text_at(row);
      break;
    case TypeKind::text:
      append_json_text(column.text_at(row), out);
      break;
    case TypeKind::binary:
      out += '"' + encode_base64(as_bytes(column.text_at(row))) + '"';
      break;
    case TypeKind::timestamp:
      out.append("\"").append(timestamp_text(column.int64_at(row))).append("\"");
      break;
    case TypeKind::date:
      out.append("\"").append(date_text(column.int64_at(row))).append("\"");
      break;
    case TypeKind::list:
      append_list(column, row, out);
      break;
    case TypeKind::structure:
      append_object(column.type().fields(), column.children(), row, out);
      break;
  }
}

void append_json_row(const Batch& batch, size_t row, std::string& out) {
  append_object(batch.schema.fields, batch.columns, row, out);
}

std::string json_rows(std::span<const Batch> batches) {
  std::string out = "[";
  for (const Batch& batch : batches) {
    for (size_t row = 0; row < batch.rows(); ++row) {
      out += out.size() == 1 ? "\n" : ",\n";
      append_json_row(batch, row, out);
    }
  }
  return out + (out.size() == 1 ? "]" : "\n]");
}

std::string json_columns(const Schema& schema, std::span<const Batch> batches) {
  std::string out = "{";
  for (size_t column = 0; column < schema.fields.size(); ++column) {
    out += column == 0 ? "" : ",";
    append_json_text(schema.fields[column].name, out);
    out += ":[";
    bool is_first = true;
    for (const Batch& batch : batches) {
      for (size_t row = 0; row < batch.rows(); ++row, is_first = false) {
        if (!is_first) out += ',';
        append_json_value(batch.columns[column], row, out);
      }
    }
    out += ']';
  }
  return out + "}";
}

}  // namespace tarn::columns
