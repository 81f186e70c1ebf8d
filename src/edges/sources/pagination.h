// Where the next page of an answer is.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "edges/sources/http_options.h"
#include "engines/http/headers.h"
#include "engines/http/url.h"
#include "formats/json/pointer.h"

namespace tarn::sources {

// A page as it was answered.
struct Page {
  http::Url url;
  const http::Headers* headers = nullptr;
  std::optional<json::Value> body;  // none: empty
  int64_t records = 0;
};

struct NextPage {
  std::optional<http::Url> url;  // none: this was the last
  std::string how;               // "next URL in /links/next"; empty: no sign of pages was found
};

// Stateless: the next page follows from this one alone, so that a poll can go on after a restart.
//
// PageStyle::automatic looks, in this order, for: a Link header; a URL in the body under a
// well-known name (next, next_url, links.next, …); a token (next_cursor, next_page_token, …); page
// and pages; offset, limit and total. The first that is there decides, also that this is the end.
// It looks into the body and into its members meta, pagination, paging, page_info, info, links,
// _links and response_metadata.
class Paginator {
 public:
  // base: the URL of the first page. invalid_argument: a style without what it needs.
  static Result<Paginator> create(PageOptions options, http::Url base);

  [[nodiscard]] http::Url first() const;
  // failed_precondition when the next page is said to be on another host.
  [[nodiscard]] Result<NextPage> next(const Page& page) const;

 private:
  Paginator(PageOptions options, http::Url base, json::Pointer at)
      : options_(std::move(options)), base_(std::move(base)), at_(std::move(at)) {}
  [[nodiscard]] Result<NextPage> follow(const Page& page, std::string_view reference,
                                        std::string how) const;
  [[nodiscard]] Result<NextPage> by_link_header(const Page& page) const;
  [[nodiscard]] Result<NextPage> by_url_at(const Page& page) const;
  [[nodiscard]] NextPage by_token_at(const Page& page) const;
  [[nodiscard]] NextPage by_number(const Page& page) const;
  [[nodiscard]] NextPage by_offset(const Page& page) const;
  [[nodiscard]] Result<NextPage> find(const Page& page) const;
  [[nodiscard]] std::string parameter(const char* otherwise) const;

  PageOptions options_;
  http::Url base_;
  json::Pointer at_;
};

}  // namespace tarn::sources
