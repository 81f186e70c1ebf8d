// What cannot happen is checked, always, also in release: the process ends with the place and a
// stack trace instead of going on with a broken invariant.
#pragma once

#include <source_location>
#include <string_view>

namespace tarn {

[[noreturn]] void check_failed(std::string_view what, std::source_location where);

inline void check(bool holds, std::string_view what = "invariant",
                  std::source_location where = std::source_location::current()) {
  if (!holds) [[unlikely]]
    check_failed(what, where);
}

}  // namespace tarn
