// Messages of clients that want to log in. Oracle: without the password nobody gets in.
#include "base/check.h"
#include "formats/sasl/bearer.h"
#include "formats/sasl/plain.h"
#include "formats/sasl/scram.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tarn;
  using namespace tarn::sasl;
  static const ScramCredential kCredential =
      make_credential(ScramHash::sha256, "never told", Bytes(16), 1);
  const BytesView input = std::as_bytes(std::span(data, size));
  if (const auto read = read_plain(input)) check(!read->user.empty(), "a user has a name");
  if (const auto read = read_bearer(input)) check(!read->token.empty(), "a bearer has a token");
  const size_t half = size / 2;
  ScramServer server(ScramHash::sha256, "n");
  const auto user = server.read_user(input.first(half));
  if (!user) return 0;
  check(!user->empty(), "a user has a name");
  server.challenge(kCredential);
  check(!server.verify(input.subspan(half)), "nobody guesses a proof");
  return 0;
}
