// PEM texts of people. Oracle: what is read once is read again from the same text.
#include "base/check.h"
#include "platform/tls/certificate.h"
#include "platform/tls/server_identity.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tarn;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = tls::read_certificate(text);
  if (read) check(tls::read_certificate(text)->subject == read->subject, "the same subject");
  const bool is_key = tls::check_key(text).has_value();
  const auto made = tls::ServerIdentity::make(
      {.certificate = std::string(text), .key = std::string(text), .client_authorities = ""});
  check(!made || (read && is_key), "an identity has a certificate and a key");
  return 0;
}
