#include "edges/sources/page_signs.h"

#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace tarn::sources {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 9> kContainers = {
    "",          "links", "_links",           "meta", "pagination", "paging",
    "page_info", "info",  "response_metadata"};

constexpr std::array<std::string_view, 10> kNextUrls = {
    "next",      "next_url", "nextUrl",  "next_page_url",   "nextPageUrl",
    "next_link", "nextLink", "next_uri", "@odata.nextLink", "next_page"};

struct TokenName {
  std::string_view member;
  std::string_view parameter;
};
constexpr std::array<TokenName, 12> kTokens = {{
    {"next_cursor", "cursor"},
    {"nextCursor", "cursor"},
    {"end_cursor", "after"},
    {"endCursor", "after"},
    {"next_page_token", "page_token"},
    {"nextPageToken", "pageToken"},
    {"next_token", "next_token"},
    {"nextToken", "nextToken"},
    {"continuation_token", "continuation_token"},
    {"continuationToken", "continuationToken"},
    {"next_offset_token", "offset"},
    {"scroll_id", "scroll_id"},
}};

constexpr std::array<std::string_view, 5> kPages = {"page", "current_page", "currentPage",
                                                    "page_number", "pageNumber"};
constexpr std::array<std::string_view, 8> kPageCounts = {"pages",      "total_pages", "totalPages",
                                                         "page_count", "pageCount",   "last_page",
                                                         "lastPage",   "num_pages"};
constexpr std::array<std::string_view, 2> kOffsets = {"offset", "skip"};
constexpr std::array<std::string_view, 5> kTotals = {"total", "total_count", "totalCount",
                                                     "total_results", "count"};
constexpr std::array<std::string_view, 2> kMore = {"has_more", "hasMore"};

struct Place {
  json::Value value;
  std::string path;
};

// The body and the members in which pages are spoken of.
std::vector<Place> places(json::Value body) {
  std::vector<Place> found;
  for (std::string_view name : kContainers) {
    if (name.empty()) {
      found.push_back({body, ""});
    } else if (auto member = body.member(name); member && member->kind() == json::Kind::object) {
      found.push_back({*member, "/" + std::string(name)});
    }
  }
  return found;
}

std::optional<int64_t> find_integer(json::Value object, Names names) {
  for (std::string_view name : names) {
    const auto member = object.member(name);
    if (const auto value = member ? member->integer() : std::nullopt) return value;
  }
  return std::nullopt;
}

bool is_reference(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://") || text.starts_with('/') ||
         text.starts_with('?');
}

// "next": "https://…", null, or {"href": "https://…"}.
std::optional<std::string> read_reference(json::Value value) {
  if (value.kind() == json::Kind::object) {
    const auto href = value.member("href");
    if (!href) return std::nullopt;
    value = *href;
  }
  if (value.kind() == json::Kind::null) return "";
  if (value.kind() != json::Kind::string) return std::nullopt;
  std::string text = value.text();
  if (text.empty() || is_reference(text)) return text;
  return std::nullopt;
}

bool says_no_more(json::Value object) {
  for (std::string_view name : kMore) {
    const auto more = object.member(name);
    if (more && more->raw() == "false") return true;
  }
  return false;
}

}  // namespace

std::optional<NextSign> find_next_url(json::Value body) {
  for (const Place& place : places(body)) {
    for (std::string_view name : kNextUrls) {
      const auto member = place.value.member(name);
      if (!member) continue;
      if (auto reference = read_reference(*member)) {
        return NextSign{place.path + "/" + std::string(name), *std::move(reference), ""};
      }
    }
  }
  return std::nullopt;
}

std::optional<NextSign> find_next_token(json::Value body) {
  for (const Place& place : places(body)) {
    for (const TokenName& name : kTokens) {
      const auto member = place.value.member(name.member);
      if (!member) continue;
      const json::Kind kind = member->kind();
      if (kind != json::Kind::string && kind != json::Kind::number && kind != json::Kind::null) {
        continue;
      }
      const bool ends = kind == json::Kind::null || says_no_more(place.value);
      return NextSign{place.path + "/" + std::string(name.member), ends ? "" : member->text(),
                      std::string(name.parameter)};
    }
  }
  return std::nullopt;
}

std::optional<PageNumbers> find_page_numbers(json::Value body) {
  for (const Place& place : places(body)) {
    const auto page = find_integer(place.value, kPages);
    const auto pages = find_integer(place.value, kPageCounts);
    if (page && pages) return PageNumbers{*page, *pages, place.path};
  }
  return std::nullopt;
}

std::optional<OffsetNumbers> find_offset_numbers(json::Value body) {
  for (const Place& place : places(body)) {
    const auto offset = find_integer(place.value, kOffsets);
    const auto total = find_integer(place.value, kTotals);
    if (offset && total) return OffsetNumbers{*offset, *total, place.path};
  }
  return std::nullopt;
}

}  // namespace tarn::sources
