// The well-known ways in which bodies speak of further pages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "formats/json/value.h"

namespace tarn::sources {

// A member that says where the next page is: its URL or token. Empty text: there is none.
struct NextSign {
  std::string where;  // "/links/next"
  std::string text;
  std::string parameter;  // of a token: the query parameter that takes it
};
std::optional<NextSign> find_next_url(json::Value body);
std::optional<NextSign> find_next_token(json::Value body);

// Numbers that say how far one is.
struct PageNumbers {
  int64_t page = 0;
  int64_t pages = 0;
  std::string where;
};
std::optional<PageNumbers> find_page_numbers(json::Value body);

struct OffsetNumbers {
  int64_t offset = 0;
  int64_t total = 0;
  std::string where;
};
std::optional<OffsetNumbers> find_offset_numbers(json::Value body);

}  // namespace tarn::sources
