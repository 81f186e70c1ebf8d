// Queries and headers of foreigners. Oracles: without the secret nobody signs, and what we sign
// verifies.
#include <algorithm>

#include "base/check.h"
#include "formats/aws/sigv4.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tarn;
  std::string text(reinterpret_cast<const char*>(data), size);
  if (text.ends_with('\n')) text.pop_back();  // of a file of the corpus
  const size_t half = text.size() / 2;
  aws::SignedRequest request{.path = text.substr(0, half),
                             .query = text,
                             .headers = {{"host", text.substr(half)}},
                             .payload_hash = std::string(aws::kHashOfNothing)};
  auto signature = aws::read_presigned(text);
  if (!signature) signature = aws::read_authorization(text, "20150830T123600Z");
  if (!signature) return 0;
  check(!aws::verify(request, *signature, "never told", signature->at), "nobody guesses a secret");
  signature->hex = aws::sign(request, *signature, "known");
  const bool has_host =
      std::ranges::find(signature->signed_headers, "host") != signature->signed_headers.end();
  const bool has_day = aws::format_time(signature->at).starts_with(signature->day);
  check(
      aws::verify(request, *signature, "known", signature->at).has_value() == (has_host && has_day),
      "what is signed verifies");
  return 0;
}
