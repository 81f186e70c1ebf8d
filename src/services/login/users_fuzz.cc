// Entries of users as they may lie on the disk. Oracle: what is read is written the same.
#include "base/check.h"
#include "services/login/users.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tarn;
  const auto read = login::decode_credentials(std::as_bytes(std::span(data, size)));
  if (!read) return 0;
  const auto again = login::decode_credentials(login::encode_credentials(*read));
  check(again && *again == *read, "the same credentials");
  return 0;
}
