#include "edges/api/respond.h"

#include "edges/api/answer_csv.h"
#include "edges/api/answer_json.h"
#include "engines/http/errors.h"

namespace tarn::api {

Result<RowFormat> choose_format(const http::Request& request) {
  if (auto format = http::find_parameter(request.query, "format")) {
    if (*format == "json") return RowFormat::json;
    if (*format == "csv") return RowFormat::csv;
    return Error(ErrorCode::invalid_argument, "the parameter 'format' must be one of json, csv");
  }
  auto accept = request.headers.find("Accept");
  bool wants_csv = accept && accept->find("text/csv") != std::string_view::npos &&
                   accept->find("application/json") == std::string_view::npos;
  return wants_csv ? RowFormat::csv : RowFormat::json;
}

http::Response respond_with_rows(const sql::Answer& answer, RowFormat format) {
  http::Response response;
  if (format == RowFormat::csv) {
    response.headers.set("Content-Type", "text/csv; charset=utf-8");
    response.body = answer_to_csv(answer);
  } else {
    response.headers.set("Content-Type", "application/json");
    response.body = answer_to_json(answer);
  }
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Vary", "Accept");
  // There were more rows than an answer may have.
  if (answer.truncated) response.headers.set("Tarn-Truncated", "true");
  return response;
}

http::Response respond_with_error(const Error& error) {
  http::Response response = http::problem(error);
  if (response.status == 503) response.headers.set("Retry-After", "1");
  return response;
}

http::Response respond_done() {
  return http::json_response(200, "{\"ok\":true}\n");
}

}  // namespace tarn::api
