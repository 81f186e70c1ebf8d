// Logins of foreigners. Oracle: without the secret nobody gets in, in neither form.
#include "base/check.h"
#include "formats/aws/msk_login.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tarn;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.ends_with('\n')) text.remove_suffix(1);  // of a file of the corpus
  const auto secret_of = [](const std::string&) {
    return std::optional<std::string>("never told");
  };
  const Timestamp now = *parse_iso8601("2026-11-21T20:10:00Z");
  check(!aws::verify_msk_payload(as_bytes(text), secret_of, now), "nobody guesses a secret");
  check(!aws::verify_msk_token(text, secret_of, now), "nobody guesses a secret");
  return 0;
}
