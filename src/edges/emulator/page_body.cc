#include "edges/emulator/page_body.h"

#include <fmt/core.h>

#include "formats/json/value.h"

namespace tarn::emulator {
namespace {

std::string page_members(Style style, const PageView& view) {
  const std::string next =
      view.has_next() ? fmt::format("\"{}\"", view.first + view.size) : std::string("null");
  switch (style) {
    case Style::page:
      return fmt::format(R"("page":{},"pages":{},"total":{})", view.first / view.size + 1,
                         (view.total + view.size - 1) / view.size, view.total);
    case Style::cursor:
      return fmt::format(R"("next_cursor":{})", next);
    case Style::offset:
      return fmt::format(R"("offset":{},"limit":{},"total":{})", view.first, view.size, view.total);
    case Style::link:
      return R"("status":true)";
    case Style::next:
      return fmt::format(R"("next":{})", view.has_next() ? json::quote(view.next_url()) : "null");
  }
  return "";
}

}  // namespace

std::string PageView::next_url() const {
  return fmt::format("{}?page={}", url, first / size + 2);
}

std::string page_body(Style style, const PageView& view, const std::vector<std::string>& records) {
  std::string body = R"({"data":{"itineraries":[)";
  for (const std::string& record : records) {
    if (!body.ends_with('[')) body += ',';
    body += record;
  }
  return body + "]}," + page_members(style, view) + "}\n";
}

}  // namespace tarn::emulator
