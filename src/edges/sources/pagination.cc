#include "edges/sources/pagination.h"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "edges/sources/link_header.h"
#include "edges/sources/page_signs.h"

namespace tarn::sources {
namespace {

std::optional<int64_t> number_in_query(const http::Url& url, std::string_view name) {
  const auto parameters = http::parse_query(url.query);
  if (!parameters) return std::nullopt;
  const auto text = http::find_parameter(*parameters, name);
  if (!text) return std::nullopt;
  int64_t number = 0;
  const char* end = text->data() + text->size();
  const auto [stop, failure] = std::from_chars(text->data(), end, number);
  if (failure != std::errc() || stop != end) return std::nullopt;
  return number;
}

http::Url with(http::Url url, std::string_view name, std::string_view value) {
  url.set_parameter(name, value);
  return url;
}

}  // namespace

Result<Paginator> Paginator::create(PageOptions options, http::Url base) {
  const bool wants_pointer =
      options.style == PageStyle::next_url || options.style == PageStyle::cursor;
  if (wants_pointer && options.at.empty()) {
    return Error(ErrorCode::invalid_argument,
                 "pages by next_url or cursor need `at`, a JSON Pointer to it in the answer");
  }
  if (options.pages_max < 1 || options.size < 0 || options.first < 0) {
    return Error(ErrorCode::invalid_argument,
                 "of pages, max is at least 1, size and first are not negative");
  }
  auto at = TRY(json::Pointer::parse(options.at));
  return Paginator(std::move(options), std::move(base), std::move(at));
}

std::string Paginator::parameter(const char* otherwise) const {
  return options_.parameter.empty() ? otherwise : options_.parameter;
}

http::Url Paginator::first() const {
  http::Url url = base_;
  const bool counts = options_.style == PageStyle::page || options_.style == PageStyle::offset;
  if (options_.style == PageStyle::page) {
    url.set_parameter(parameter("page"), std::to_string(options_.first));
  }
  if (options_.style == PageStyle::offset) url.set_parameter(parameter("offset"), "0");
  if (counts && !options_.size_parameter.empty() && options_.size > 0) {
    url.set_parameter(options_.size_parameter, std::to_string(options_.size));
  }
  return url;
}

Result<NextPage> Paginator::next(const Page& page) const {
  switch (options_.style) {
    case PageStyle::none:
      return NextPage{};
    case PageStyle::link_header:
      return by_link_header(page);
    case PageStyle::next_url:
      return by_url_at(page);
    case PageStyle::cursor:
      return by_token_at(page);
    case PageStyle::page:
      return by_number(page);
    case PageStyle::offset:
      return by_offset(page);
    case PageStyle::automatic:
      return find(page);
  }
  return NextPage{};
}

// Services behind a TLS proxy often write http where they mean https; on the same host that is
// repaired. Another host would get this source's headers.
Result<NextPage> Paginator::follow(const Page& page, std::string_view reference,
                                   std::string how) const {
  if (reference.empty()) return NextPage{{}, std::move(how)};
  auto url = TRY(page.url.resolve(reference).with_context("the link to the next page"));
  if (base_.scheme == "https" && url.scheme == "http" && url.host == base_.host) {
    url.scheme = base_.scheme;
    url.port = base_.port;
  }
  if (!url.has_same_origin(base_)) {
    return Error(ErrorCode::failed_precondition,
                 fmt::format("the next page is said to be on another host, {}: headers and keys "
                             "are not sent there",
                             url.origin()));
  }
  return NextPage{std::move(url), std::move(how)};
}

Result<NextPage> Paginator::by_link_header(const Page& page) const {
  for (std::string_view field : page.headers->find_all("Link")) {
    for (const Link& link : parse_links(field)) {
      if (link.has_relation("next")) return follow(page, link.target, "link header");
    }
  }
  return NextPage{{}, "link header"};
}

Result<NextPage> Paginator::by_url_at(const Page& page) const {
  const std::string how = "next URL at " + at_.text();
  const auto found = page.body ? at_.find(*page.body) : std::nullopt;
  if (!found || found->kind() != json::Kind::string) return NextPage{{}, how};
  return follow(page, found->text(), how);
}

NextPage Paginator::by_token_at(const Page& page) const {
  const std::string how = "cursor at " + at_.text();
  const auto found = page.body ? at_.find(*page.body) : std::nullopt;
  const bool is_token =
      found && (found->kind() == json::Kind::string || found->kind() == json::Kind::number);
  if (!is_token || found->text().empty()) return {{}, how};
  return {with(page.url, parameter("cursor"), found->text()), how};
}

NextPage Paginator::by_number(const Page& page) const {
  const std::string name = parameter("page");
  const std::string how = "page number in `" + name + "`";
  const auto numbers = page.body ? find_page_numbers(*page.body) : std::nullopt;
  const int64_t number = number_in_query(page.url, name).value_or(options_.first);
  const bool is_last = numbers && numbers->pages > 0 && numbers->page >= numbers->pages;
  if (page.records == 0 || is_last) return {{}, how};
  return {with(page.url, name, std::to_string(number + 1)), how};
}

NextPage Paginator::by_offset(const Page& page) const {
  const std::string name = parameter("offset");
  const std::string how = "offset in `" + name + "`";
  const auto numbers = page.body ? find_offset_numbers(*page.body) : std::nullopt;
  const int64_t next = number_in_query(page.url, name).value_or(0) + page.records;
  const bool is_last = numbers ? next >= numbers->total : page.records < options_.size;
  if (page.records == 0 || is_last) return {{}, how};
  return {with(page.url, name, std::to_string(next)), how};
}

Result<NextPage> Paginator::find(const Page& page) const {
  if (page.headers->contains("Link")) {
    auto next = TRY(by_link_header(page));
    if (next.url || !page.body) return next;
  }
  if (!page.body || page.body->kind() != json::Kind::object) return NextPage{};
  const json::Value body = *page.body;
  if (const auto sign = find_next_url(body)) {
    return follow(page, sign->text, "next URL at " + sign->where);
  }
  if (const auto sign = find_next_token(body)) {
    const std::string how = "cursor at " + sign->where + " in `" + sign->parameter + "`";
    if (sign->text.empty()) return NextPage{{}, how};
    return NextPage{with(page.url, sign->parameter, sign->text), how};
  }
  if (const auto numbers = find_page_numbers(body)) {
    const std::string how =
        "page number in `" + parameter("page") + "`, until " + numbers->where + "/pages";
    if (numbers->page >= numbers->pages || page.records == 0) return NextPage{{}, how};
    return NextPage{with(page.url, parameter("page"), std::to_string(numbers->page + 1)), how};
  }
  if (const auto numbers = find_offset_numbers(body)) {
    const std::string how = "offset in `" + parameter("offset") + "`, until the total";
    const int64_t next = numbers->offset + page.records;
    if (next >= numbers->total || page.records == 0) return NextPage{{}, how};
    return NextPage{with(page.url, parameter("offset"), std::to_string(next)), how};
  }
  return NextPage{};
}

}  // namespace tarn::sources
