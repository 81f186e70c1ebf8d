#include <algorithm>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "formats/pipeline/parse.h"

// Any text gives a pipeline or at least one problem, and every problem stands inside the text.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  auto parsed = tarn::pipeline::parse(text, {});
  if (parsed) return 0;
  tarn::check(!parsed.error().empty(), "a refused file has a problem");
  auto lines =
      1 + std::count(text.begin(), text.end(), '\n') + std::count(text.begin(), text.end(), '\r');
  for (const auto& problem : parsed.error()) {
    tarn::check(problem.at.line >= 0 && problem.at.line <= lines + 1, "a problem has its place");
    tarn::check(!problem.message.empty(), "a problem has a sentence");
  }
  return 0;
}
