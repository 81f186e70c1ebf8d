// What this machine can do at most: sequential writing, the time of an fdatasync, loopback.
// Usage: machine_limits FOLDER      prints one JSON object
//        machine_limits loopback    prints the megabytes a second between two threads
#include <array>
#include <stdexcept>
#include <string>
#include <thread>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "latencies.h"

namespace tarn::bench {
namespace {

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

class ScratchFile {
 public:
  explicit ScratchFile(const std::string& folder) : path_(folder + "/machine_limits.scratch") {
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    require(descriptor_ >= 0, "cannot create a file in the folder");
  }
  ~ScratchFile() {
    ::close(descriptor_);
    ::unlink(path_.c_str());
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  void write(const std::vector<char>& bytes, off_t at) const {
    const auto done = ::pwrite(descriptor_, bytes.data(), bytes.size(), at);
    require(done == static_cast<ssize_t>(bytes.size()), "a write failed");
  }
  void sync() const { require(::fdatasync(descriptor_) == 0, "an fdatasync failed"); }

 private:
  std::string path_;
  int descriptor_ = -1;
};

// Megabytes a second: 1 GiB in pieces of 1 MiB, synced once at the end.
double sequential_write(const std::string& folder) {
  const ScratchFile file(folder);
  const std::vector<char> block(1 << 20, 'x');
  constexpr int kBlocks = 1024;
  const auto start = Clock::now();
  for (int i = 0; i < kBlocks; ++i) file.write(block, off_t{i} << 20);
  file.sync();
  return kBlocks * 1.048576 / seconds_since(start);
}

// Write and sync into blocks that exist, as a journal does.
Latencies write_and_sync(const std::string& folder, size_t bytes, int times) {
  const ScratchFile file(folder);
  const std::vector<char> block(bytes, 'x');
  const auto space = static_cast<off_t>(std::max<size_t>(bytes * 16, 4 << 20));
  file.write(std::vector<char>(static_cast<size_t>(space), '\0'), 0);
  file.sync();
  Latencies latencies;
  off_t at = 0;
  for (int i = 0; i < times; ++i) {
    const auto start = Clock::now();
    file.write(block, at);
    file.sync();
    latencies.add(seconds_since(start));
    at = (at + static_cast<off_t>(bytes)) % space;
  }
  return latencies;
}

// Two ends of a TCP connection over loopback.
std::array<int, 2> loopback() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  require(::bind(listener, any, size) == 0 && ::listen(listener, 1) == 0, "cannot listen");
  require(::getsockname(listener, any, &size) == 0, "cannot tell the port");
  const int here = ::socket(AF_INET, SOCK_STREAM, 0);
  require(::connect(here, any, size) == 0, "cannot connect");
  const int there = ::accept(listener, nullptr, nullptr);
  ::close(listener);
  const int on = 1;
  for (int end : {here, there}) ::setsockopt(end, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return {here, there};
}

// One byte there and back between two threads.
Latencies round_trips() {
  const auto ends = loopback();
  const std::jthread other([&ends] {
    char byte = 0;
    while (::read(ends[1], &byte, 1) == 1 && ::write(ends[1], &byte, 1) == 1) {
    }
  });
  Latencies latencies;
  char byte = 'x';
  for (int i = 0; i < 20'000; ++i) {
    const auto start = Clock::now();
    require(::write(ends[0], &byte, 1) == 1 && ::read(ends[0], &byte, 1) == 1, "the pair broke");
    latencies.add(seconds_since(start));
  }
  ::shutdown(ends[0], SHUT_RDWR);
  return latencies;
}

// Megabytes a second from one thread to another.
double bandwidth() {
  const auto ends = loopback();
  constexpr int64_t kBytes = int64_t{8} << 30;
  const std::jthread other([&ends] {
    const std::vector<char> block(1 << 20, 'x');
    for (int64_t sent = 0; sent < kBytes; sent += std::ssize(block)) {
      require(::send(ends[1], block.data(), block.size(), 0) == std::ssize(block), "cannot send");
    }
  });
  std::vector<char> block(1 << 20);
  const auto start = Clock::now();
  int64_t received = 0;
  while (received < kBytes) {
    const auto got = ::recv(ends[0], block.data(), block.size(), 0);
    require(got > 0, "the pair broke");
    received += got;
  }
  return static_cast<double>(kBytes) / 1e6 / seconds_since(start);
}

void run(const std::string& folder) {
  const double write = sequential_write(folder);
  Latencies small = write_and_sync(folder, 4096, 2000);
  Latencies large = write_and_sync(folder, 1 << 20, 200);
  Latencies loop = round_trips();
  std::printf(
      "{\"sequential_write_mb_per_second\": %.0f, \"sync_4k_p50_ms\": %.3f, "
      "\"sync_4k_p99_ms\": %.3f, \"sync_1m_p50_ms\": %.3f, \"sync_1m_p99_ms\": %.3f, "
      "\"round_trip_p50_ms\": %.4f}\n",
      write, small.at(0.5), small.at(0.99), large.at(0.5), large.at(0.99), loop.at(0.5));
}

}  // namespace
}  // namespace tarn::bench

int main(int count, char** words) {
  if (count != 2) {
    std::fprintf(stderr, "machine_limits FOLDER | loopback\n");
    return 2;
  }
  const std::string what = words[1];
  if (what == "loopback") {
    std::printf("%.0f\n", tarn::bench::bandwidth());
  } else {
    tarn::bench::run(what);
  }
}
