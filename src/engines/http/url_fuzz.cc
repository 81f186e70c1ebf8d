// Oracles: what was accepted is read back as it was written; what is resolved stays a URL.
#include <algorithm>

#include "base/check.h"
#include "engines/http/date.h"
#include "engines/http/url.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace http = tarn::http;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.ends_with('\n')) text.remove_suffix(1);  // of the corpus files
  if (const auto url = http::Url::parse(text)) {
    const auto again = http::Url::parse(url->to_string());
    tarn::check(again && again->to_string() == url->to_string(), "a URL is read back");
    tarn::check(std::ranges::none_of(url->target(), [](char c) { return c == ' ' || c == '\n'; }),
                "a target is one word");
  }
  const auto base = http::Url::parse("https://a/b/c/d?q");
  if (const auto resolved = base->resolve(text)) {
    tarn::check(http::Url::parse(resolved->to_string()).has_value(), "a reference gives a URL");
  }
  tarn::check(*http::percent_decode(http::percent_encode(text)) == text, "encoding is undone");
  auto changed = *base;
  changed.set_parameter(text, text);
  const auto parameters = http::parse_query(changed.query);
  tarn::check(parameters && http::find_parameter(*parameters, text) == text, "a parameter is set");
  if (const auto at = http::parse_date(text)) {
    tarn::check(http::parse_date(http::format_date(*at)) == at, "a date is read back");
  }
  return 0;
}
