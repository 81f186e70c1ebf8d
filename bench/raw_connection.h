// A connection that speaks Kafka's frames with bytes made beforehand; blocking.
#pragma once

#include <string>

#include "base/bytes.h"

namespace tarn::bench {

class RawConnection {
 public:
  explicit RawConnection(const std::string& address);  // HOST:PORT, an IPv4 address
  explicit RawConnection(int descriptor);              // an accepted one
  ~RawConnection();
  RawConnection(RawConnection&& other) noexcept;
  RawConnection& operator=(RawConnection&&) = delete;

  void send(BytesView bytes);
  // The next frame without its length; valid until the next call. Empty when the other end closed.
  BytesView receive();

 private:
  bool fill(std::byte* into, size_t bytes) const;

  int descriptor_;
  Bytes frame_;
};

// A listening socket on 127.0.0.1; the port that it got goes to *port when that was 0.
int listen_on(uint16_t* port);

// Puts the length in front: what the connection sends.
Bytes framed(BytesView request);

void write_string(ByteWriter& writer, std::string_view text);
std::string_view read_string(ByteReader& reader);

// A request header of version 1 (not flexible).
ByteWriter request(int16_t api, int16_t version);
inline constexpr size_t kCorrelationAt = 8;  // in a framed request

}  // namespace tarn::bench
