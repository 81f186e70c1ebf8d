#include "base/check.h"

#include <cstdio>
#include <cstdlib>

#include <execinfo.h>
#include <unistd.h>

namespace tarn {

void check_failed(std::string_view what, std::source_location where) {
  std::fprintf(stderr, "check failed: %.*s at %s:%u in %s\n", static_cast<int>(what.size()),
               what.data(), where.file_name(), where.line(), where.function_name());
  constexpr int kFramesMax = 64;
  void* frames[kFramesMax];
  const int count = backtrace(frames, kFramesMax);
  backtrace_symbols_fd(frames, count, STDERR_FILENO);
  std::abort();
}

}  // namespace tarn
