// What a polled HTTP API is asked, how often, and what of its answers are records.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/cron.h"
#include "base/ids.h"
#include "base/quota.h"
#include "base/time.h"

namespace tarn::sources {

using Schedule = std::variant<Millis, Cron>;  // every (at least a second), or at these minutes

enum class PageStyle {
  automatic,    // finds one of those below in the first answer
  none,         // one call a poll
  link_header,  // Link: <…>; rel="next" (RFC 8288)
  next_url,     // the URL of the next page is in the body
  cursor,       // a token in the body becomes a query parameter
  page,         // a number in the query counts pages
  offset,       // a number in the query counts records
};

struct PageOptions {
  PageStyle style = PageStyle::automatic;
  std::string at;              // next_url, cursor: JSON Pointer into the body
  std::string parameter;       // cursor, page, offset; empty: "cursor", "page", "offset"
  std::string size_parameter;  // page, offset: sent along when not empty
  int64_t size = 0;            // offset: records in a page; 0: as many as the first page has
  int64_t first = 1;           // page: the number of the first page
  int64_t pages_max = 1000;    // in one poll; the next poll goes on from there
};

// What it means when a page is the same, byte for byte, as it was in the poll before. append: its
// records count again, and the service is always asked for the whole answer.
enum class Unchanged { append, skip };

struct HttpSourceOptions {
  std::string name;
  TopicName topic;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::pair<std::string, std::string>> query;
  // Resolved secrets, wherever they stand above: never shown, never kept, never sent to others.
  std::vector<std::string> secrets;
  // JSON Pointer. Its target: of an array each element is a record, an object is one record. None:
  // the body, by the same rule. Empty: the body is one record, whatever it is.
  std::optional<std::string> records;
  std::optional<std::string> key;  // JSON Pointer into the record; null or missing: no key
  PageOptions pages;
  Schedule schedule = Millis(60'000);
  std::optional<Quota> quota;
  // Sources with the same quota key draw from one bucket; only its hash is kept. Empty: all the
  // secrets and the host of the URL.
  std::string quota_key;
  // None: the same records count again, unless the service itself says "not modified".
  std::optional<Unchanged> unchanged;
  Millis timeout{30'000};  // of one call, redirects included
  size_t body_bytes_max = 64 << 20;
  size_t batch_bytes_max = 1 << 20;
};

}  // namespace tarn::sources
