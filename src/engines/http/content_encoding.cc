#include "engines/http/content_encoding.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <zlib.h>

#include "base/check.h"

namespace tarn::http {
namespace {

constexpr size_t kEncodingsMax = 3;  // one after the other; each costs a pass
constexpr size_t kStepBytes = 64 << 10;
constexpr int kWindowBits = 15;
constexpr int kGzipFrame = 16;  // zlib.h: added to the window bits

enum class Frame { gzip, zlib, none };

int window_bits(Frame frame) {
  switch (frame) {
    case Frame::gzip:
      return kWindowBits + kGzipFrame;
    case Frame::zlib:
      return kWindowBits;
    case Frame::none:
      return -kWindowBits;
  }
  return kWindowBits;
}

// RFC 1950, section 2.2: the method, and a check of the first two bytes.
Frame deflate_frame(std::string_view packed) {
  if (packed.size() < 2) return Frame::zlib;
  const auto first = static_cast<uint8_t>(packed[0]);
  const auto second = static_cast<uint8_t>(packed[1]);
  const bool is_zlib = (first & 0x0f) == Z_DEFLATED && (first * 256 + second) % 31 == 0;
  return is_zlib ? Frame::zlib : Frame::none;
}

class Inflater {
 public:
  explicit Inflater(Frame frame) {
    check(inflateInit2(&stream_, window_bits(frame)) == Z_OK, "memory for zlib");
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  Result<std::string> run(std::string_view packed, size_t bytes_max) {
    // zlib does not write to its input, but takes it as mutable.
    auto* input = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    if (packed.size() > std::numeric_limits<uInt>::max()) {
      return Error(ErrorCode::resource_exhausted, "the answer is larger than 4 GiB");
    }
    stream_.next_in = input;
    stream_.avail_in = static_cast<uInt>(packed.size());
    std::string plain;
    while (true) {
      const size_t before = plain.size();
      plain.resize(before + kStepBytes);
      stream_.next_out = reinterpret_cast<Bytef*>(plain.data() + before);
      stream_.avail_out = kStepBytes;
      const int outcome = inflate(&stream_, Z_NO_FLUSH);
      plain.resize(plain.size() - stream_.avail_out);
      if (plain.size() > bytes_max) {
        return Error(ErrorCode::resource_exhausted,
                     fmt::format("the answer unpacks to more than {} bytes", bytes_max));
      }
      if (outcome == Z_STREAM_END) {
        if (stream_.avail_in == 0) return plain;
        inflateReset(&stream_);  // gzip members may follow one another (RFC 1952)
      } else if (outcome != Z_OK || (stream_.avail_in == 0 && stream_.avail_out != 0)) {
        return Error(ErrorCode::corrupt, "the answer cannot be unpacked: it is damaged or cut off");
      }
    }
  }

 private:
  z_stream stream_{};
};

std::vector<std::string> encodings_of(const Headers& headers) {
  std::vector<std::string> names;
  for (std::string_view field : headers.find_all("Content-Encoding")) {
    while (!field.empty()) {
      const auto item = field.substr(0, field.find(','));
      field.remove_prefix(std::min(field.size(), item.size() + 1));
      std::string name;
      for (const char c : item) {
        if (c != ' ' && c != '\t') {
          name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
      }
      if (!name.empty() && name != "identity") names.push_back(std::move(name));
    }
  }
  return names;
}

Result<std::string> unpack_one(const std::string& encoding, std::string_view packed,
                               size_t bytes_max) {
  if (encoding == "gzip" || encoding == "x-gzip") {
    return Inflater(Frame::gzip).run(packed, bytes_max);
  }
  if (encoding == "deflate") return Inflater(deflate_frame(packed)).run(packed, bytes_max);
  return Error(ErrorCode::unimplemented,
               fmt::format("the answer is encoded as '{}', which was not asked for ({})",
                           encoding.substr(0, 40), kAcceptedEncodings));
}

}  // namespace

Status unpack(ClientResponse& response, size_t body_bytes_max) {
  auto encodings = encodings_of(response.headers);
  if (encodings.size() > kEncodingsMax) {
    return Error(ErrorCode::unimplemented, "the answer is encoded more than three times");
  }
  // An answer without a body (HEAD, 204, 304) may say how one would be encoded.
  if (!response.body.empty()) {
    for (; !encodings.empty(); encodings.pop_back()) {
      response.body = TRY(unpack_one(encodings.back(), response.body, body_bytes_max));
    }
  }
  response.headers.remove("Content-Encoding");
  return {};
}

}  // namespace tarn::http
