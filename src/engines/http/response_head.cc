#include "engines/http/response_head.h"

#include <fmt/format.h>

#include "engines/http/date.h"
#include "engines/http/errors.h"

namespace tarn::http {
namespace {

void append_clean(std::string& head, std::string_view text) {
  for (char c : text) head += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
}

bool has_length(int status) {
  return status >= 200 && status != 204 && status != 304;
}

}  // namespace

std::string response_head(const Response& response, Timestamp now, KeepAlive keep_alive) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status,
                                 reason_phrase(response.status), format_date(now));
  if (has_length(response.status)) {
    head += fmt::format("Content-Length: {}\r\n", view_of(response.body).size());
  }
  if (keep_alive == KeepAlive::no) head += "Connection: close\r\n";
  for (const Header& field : response.headers) {
    append_clean(head, field.name);
    head += ": ";
    append_clean(head, field.value);
    head += "\r\n";
  }
  head += "\r\n";
  return head;
}

}  // namespace tarn::http
