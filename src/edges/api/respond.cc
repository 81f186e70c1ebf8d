#include "edges/api/respond.h"

#include "base/sha256.h"
#include "engines/http/errors.h"
#include "formats/columns/csv_text.h"
#include "formats/columns/json_text.h"
#include "formats/columns/table_text.h"

namespace tarn::api {
namespace {

// The digest is computed on the thread that serves everybody.
constexpr size_t kTaggedBytesMax = 1 << 20;
constexpr size_t kTagBytes = 16;

}  // namespace

Result<RowFormat> choose_format(const http::Request& request) {
  if (auto format = http::find_parameter(request.query, "format")) {
    if (*format == "json") return RowFormat::json;
    if (*format == "csv") return RowFormat::csv;
    if (*format == "table") return RowFormat::table;
    return Error(ErrorCode::invalid_argument,
                 "the parameter 'format' must be one of json, csv, table");
  }
  auto accept = request.headers.find("Accept");
  bool wants_csv = accept && accept->find("text/csv") != std::string_view::npos &&
                   accept->find("application/json") == std::string_view::npos;
  return wants_csv ? RowFormat::csv : RowFormat::json;
}

namespace {

std::string as_csv(const sql::Answer& answer) {
  std::string text;
  columns::append_csv_header(answer.schema, text);
  for (const auto& batch : answer.batches) columns::append_csv_rows(batch, text);
  return text;
}

std::string as_table(const sql::Answer& answer) {
  std::string text = columns::table_text(answer.schema, answer.batches);
  return answer.truncated ? text + "(there are more rows)\n" : text;
}

http::Response make_body(const sql::Answer& answer, RowFormat format) {
  if (format == RowFormat::table) return http::text_response(200, as_table(answer));
  if (format == RowFormat::json) {
    return http::json_response(200, columns::json_rows(answer.batches) + "\n");
  }
  http::Response response = http::text_response(200, as_csv(answer));
  response.headers.set("Content-Type", "text/csv; charset=utf-8");
  return response;
}

}  // namespace

http::Response respond_with_rows(const sql::Answer& answer, RowFormat format) {
  http::Response response = make_body(answer, format);
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Vary", "Accept");
  // There were more rows than an answer may have.
  if (answer.truncated) response.headers.set("Tarn-Truncated", "true");
  return response;
}

http::Response respond_if_changed(http::Response response, const http::Request& request) {
  const std::string_view body = http::view_of(response.body);
  if (body.size() > kTaggedBytesMax) return response;
  const std::string tag = "\"" + sha256_hex(as_bytes(body), kTagBytes) + "\"";
  response.headers.set("ETag", tag);
  // Kept by the client, but asked for each time.
  response.headers.set("Cache-Control", "no-cache");
  const std::string_view known = request.headers.find("If-None-Match").value_or("");
  if (known != "*" && known.find(tag) == std::string_view::npos) return response;
  response.status = 304;
  response.body = std::string();
  return response;
}

Result<http::Response> respond_with_error(const Error& error) {
  if (http::status_of(error.code()) == 500) return error;
  http::Response response = http::problem(error);
  if (response.status == 503) response.headers.set("Retry-After", "1");
  return response;
}

http::Response respond_done() {
  return http::json_response(200, "{\"ok\":true}\n");
}

}  // namespace tarn::api
