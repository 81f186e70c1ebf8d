// Oracles: no answer becomes larger than allowed, and what was packed comes back.
#include <zlib.h>

#include "base/check.h"
#include "engines/http/content_encoding.h"

namespace {

std::string packed_by_zlib(std::string_view plain) {
  std::string packed(compressBound(plain.size()), '\0');
  auto size = static_cast<uLongf>(packed.size());
  const int done = compress(reinterpret_cast<Bytef*>(packed.data()), &size,
                            reinterpret_cast<const Bytef*>(plain.data()), plain.size());
  tarn::check(done == Z_OK, "zlib packs it");
  packed.resize(size);
  return packed;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace http = tarn::http;
  const std::string text(reinterpret_cast<const char*>(data), size);
  constexpr size_t kBytesMax = 100'000;
  for (const char* encoding : {"gzip", "deflate", "deflate, gzip"}) {
    http::ClientResponse response{.status = 200, .body = text};
    response.headers.add("Content-Encoding", encoding);
    const bool is_done = http::unpack(response, kBytesMax).has_value();
    tarn::check(!is_done || size == 0 || response.body.size() <= kBytesMax, "it stays in bounds");
  }
  http::ClientResponse packed{.status = 200, .body = packed_by_zlib(text)};
  packed.headers.add("Content-Encoding", "deflate");
  tarn::check(http::unpack(packed, size).has_value() && packed.body == text, "packing is undone");
  return 0;
}
