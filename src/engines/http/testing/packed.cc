#include "engines/http/testing/packed.h"

#include <zlib.h>

#include "base/check.h"

namespace tarn::http::testing {
namespace {

std::string pack(std::string_view plain, int window_bits) {
  z_stream stream{};
  check(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits, 8,
                     Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  check(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace

std::string gzip(std::string_view plain) {
  return pack(plain, 15 + 16);
}
std::string zlib_deflate(std::string_view plain) {
  return pack(plain, 15);
}
std::string raw_deflate(std::string_view plain) {
  return pack(plain, -15);
}

}  // namespace tarn::http::testing
