// The pages of the emulated API, as text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "edges/emulator/emulator.h"

namespace tarn::emulator {

struct PageView {
  int64_t first = 0;  // record
  int64_t size = 0;   // records on a page
  int64_t total = 0;
  std::string url;  // of the API, without a query

  [[nodiscard]] bool has_next() const { return first + size < total; }
  [[nodiscard]] std::string next_url() const;
};

// {"data":{"itineraries":[…]}, and what the style says about pages}
std::string page_body(Style style, const PageView& view, const std::vector<std::string>& records);

}  // namespace tarn::emulator
