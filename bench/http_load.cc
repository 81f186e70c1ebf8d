// GET requests over keep-alive connections, one after the other on each: requests a second and
// their latency. Usage: http_load PORT PATH CONNECTIONS SECONDS [KEYS] The path may contain {key},
// replaced by a random number below KEYS. Prints one JSON object.
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "latencies.h"

namespace tarn::bench {
namespace {

class Connection {
 public:
  Connection(int port, std::string path, unsigned seed, int64_t keys)
      : path_(std::move(path)), random_(seed), keys_(0, std::max<int64_t>(keys, 1) - 1) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot connect");
    }
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void run(double seconds) {
    const auto start = Clock::now();
    while (seconds_since(start) < seconds) {
      const auto sent = Clock::now();
      if (get() != 200) ++failed_;
      latencies_.add(seconds_since(sent));
    }
  }

  [[nodiscard]] const Latencies& latencies() const { return latencies_; }
  [[nodiscard]] int64_t failed() const { return failed_; }

 private:
  // The status of one request.
  int get() {
    std::string path = path_;
    if (const auto at = path.find("{key}"); at != std::string::npos) {
      path.replace(at, 5, std::to_string(keys_(random_)));
    }
    const std::string request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    if (::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) < 0) {
      throw std::runtime_error("the connection is gone");
    }
    std::string answer;
    while (!is_whole(answer)) {
      char buffer[65536];
      const auto count = ::recv(socket_, buffer, sizeof buffer, 0);
      if (count <= 0) throw std::runtime_error("the connection ended in an answer");
      answer.append(buffer, static_cast<size_t>(count));
    }
    return std::stoi(answer.substr(9, 3));
  }

  static bool is_whole(const std::string& answer) {
    const auto head = answer.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    if (answer.find("chunked") < head) return answer.ends_with("0\r\n\r\n");
    auto length = answer.find("Content-Length: ");
    if (length == std::string::npos) length = answer.find("content-length: ");
    if (length == std::string::npos) throw std::runtime_error("an answer without length");
    return answer.size() >= head + 4 + std::stoul(answer.substr(length + 16));
  }

  int socket_ = -1;
  std::string path_;
  std::mt19937_64 random_;
  std::uniform_int_distribution<int64_t> keys_;
  Latencies latencies_;
  int64_t failed_ = 0;
};

void run(int port, const std::string& path, int connections, double seconds, int64_t keys) {
  std::vector<std::unique_ptr<Connection>> all;
  for (int i = 0; i < connections; ++i) {
    all.push_back(std::make_unique<Connection>(port, path, static_cast<unsigned>(i), keys));
  }
  const auto start = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (auto& one : all) threads.emplace_back([&one, seconds] { one->run(seconds); });
  }
  const double elapsed = seconds_since(start);
  Latencies latencies;
  int64_t failed = 0;
  for (const auto& one : all) {
    latencies.add(one->latencies());
    failed += one->failed();
  }
  std::printf(
      "{\"requests\": %zu, \"failed\": %lld, \"per_second\": %.0f, \"p50_ms\": %.3f, "
      "\"p99_ms\": %.3f}\n",
      latencies.count(), static_cast<long long>(failed),
      static_cast<double>(latencies.count()) / elapsed, latencies.at(0.5), latencies.at(0.99));
}

}  // namespace
}  // namespace tarn::bench

int main(int count, char** words) {
  if (count < 5) {
    std::fprintf(stderr, "http_load PORT PATH CONNECTIONS SECONDS [KEYS]\n");
    return 2;
  }
  tarn::bench::run(std::stoi(words[1]), words[2], std::stoi(words[3]), std::stod(words[4]),
                   count > 5 ? std::stoll(words[5]) : 1);
}
