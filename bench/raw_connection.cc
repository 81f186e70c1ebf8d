#include "raw_connection.h"

#include <stdexcept>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tarn::bench {
namespace {

void require(bool holds, const char* what) {
  if (!holds) throw std::system_error(errno, std::generic_category(), what);
}

int connected(const std::string& address) {
  const size_t colon = address.rfind(':');
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(colon + 1))));
  require(::inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr) == 1,
          "not an IPv4 address");
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  require(descriptor >= 0, "no socket");
  require(::connect(descriptor, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0,
          "cannot connect");
  return descriptor;
}

}  // namespace

RawConnection::RawConnection(const std::string& address) : RawConnection(connected(address)) {}

RawConnection::RawConnection(int descriptor) : descriptor_(descriptor) {
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

RawConnection::RawConnection(RawConnection&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), frame_(std::move(other.frame_)) {}

RawConnection::~RawConnection() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void RawConnection::send(BytesView bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    require(sent > 0, "cannot send");
    bytes = bytes.subspan(static_cast<size_t>(sent));
  }
}

BytesView RawConnection::receive() {
  std::byte length[4];
  if (!fill(length, sizeof length)) return {};
  const auto bytes = static_cast<size_t>(ByteReader(length).read_u32());
  if (frame_.size() < bytes) frame_.resize(bytes);
  if (!fill(frame_.data(), bytes)) return {};
  return BytesView(frame_).first(bytes);
}

bool RawConnection::fill(std::byte* into, size_t bytes) const {
  while (bytes > 0) {
    const ssize_t got = ::recv(descriptor_, into, bytes, MSG_WAITALL);
    if (got <= 0) return false;
    into += got;
    bytes -= static_cast<size_t>(got);
  }
  return true;
}

int listen_on(uint16_t* port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  require(descriptor >= 0, "no socket");
  const int on = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(*port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof at;
  require(::bind(descriptor, reinterpret_cast<sockaddr*>(&at), length) == 0, "cannot bind");
  require(::listen(descriptor, 128) == 0, "cannot listen");
  require(::getsockname(descriptor, reinterpret_cast<sockaddr*>(&at), &length) == 0, "no name");
  *port = ntohs(at.sin_port);
  return descriptor;
}

Bytes framed(BytesView request) {
  ByteWriter writer;
  writer.write_i32(static_cast<int32_t>(request.size()));
  writer.write_bytes(request);
  return std::move(writer).take();
}

void write_string(ByteWriter& writer, std::string_view text) {
  writer.write_i16(static_cast<int16_t>(text.size()));
  writer.write_text(text);
}

std::string_view read_string(ByteReader& reader) {
  const int16_t length = reader.read_i16();
  return length < 0 ? std::string_view() : as_text(reader.read_bytes(static_cast<size_t>(length)));
}

ByteWriter request(int16_t api, int16_t version) {
  ByteWriter writer;
  writer.write_i16(api);
  writer.write_i16(version);
  writer.write_i32(0);  // correlation
  write_string(writer, "bench");
  return writer;
}

}  // namespace tarn::bench
