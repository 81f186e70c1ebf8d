// Any text as a statement. Oracles: nothing changes but colons that become dollars, so positions in
// messages stay true; and a statement that was rewritten is left alone.
#include "base/check.h"
#include "engines/sql/named_parameters.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tarn;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.ends_with('\n')) text.remove_suffix(1);  // of the corpus files
  const std::string rewritten = sql::with_dollar_parameters(text);
  check(rewritten.size() == text.size(), "every character keeps its place");
  for (size_t i = 0; i < text.size(); ++i) {
    check(rewritten[i] == text[i] || (text[i] == ':' && rewritten[i] == '$'), "colons only");
  }
  check(sql::with_dollar_parameters(rewritten) == rewritten, "once is enough");
  return 0;
}
