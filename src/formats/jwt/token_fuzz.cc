// Tokens and key sets of foreigners. Oracle: without a key nobody makes a token.
#include "base/check.h"
#include "formats/jwt/token.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tarn;
  using namespace tarn::jwt;
  static const KeySet kKeys = *KeySet::parse(
      R"({"keys":[{"kty":"oct","k":"bmV2ZXIgdG9sZCBuZXZlciB0b2xkIG5ldmVyIHRvbGQ"},)"
      R"({"kty":"EC","crv":"P-256","x":"wjBl1kpwHgq9SFoBBVfy-Kg6sfBISWsKORn5gWLu2EM",)"
      R"("y":"FSnrJ53CsdbfWfNR3NjjmFNbsM2jYbfe-sNLiROSLlA"}]})");
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.ends_with('\n')) text.remove_suffix(1);  // of a file of the corpus
  const Timestamp now = from_unix_millis(1'750'000'000'000);
  const auto claims = verify(text, kKeys, {}, now);
  // The corpus has a token of that public key.
  check(!claims || claims->principal == "alice", "nobody signs without the key");
  if (const auto keys = KeySet::parse(text)) check(!keys->keys().empty(), "a set has keys");
  return 0;
}
