// Answers that the handlers of this edge have in common.
#pragma once

#include "engines/http/message.h"
#include "engines/sql/query.h"

namespace tarn::api {

enum class RowFormat { json, csv, table };

// ?format=json|csv|table, else what Accept prefers, else JSON. invalid_argument for another format.
Result<RowFormat> choose_format(const http::Request& request);

http::Response respond_with_rows(const sql::Answer& answer, RowFormat format);

// Gives an answer of up to 1 MiB an ETag over its content, and makes it 304 when that is what the
// client has. The query has run by then: what the statement asks the clock or chance for may change
// at any time.
http::Response respond_if_changed(http::Response response, const http::Request& request);

// Problem JSON, and Retry-After where a later try may succeed. What is our own fault stays an
// error: the server logs it.
Result<http::Response> respond_with_error(const Error& error);

// {"ok":true}
http::Response respond_done();

}  // namespace tarn::api
