#include "engines/http/testing/scripted_server.h"

#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "platform/runtime/task_group.h"

namespace tarn::http::testing {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::string_view kStay = "[stay]";

}  // namespace

class ScriptedServer::Core {
 public:
  Core(asio::any_io_executor executor, std::vector<std::string> answers,
       std::optional<Certificate> certificate)
      : answers_(std::move(answers)),
        acceptor_(executor, {asio::ip::address_v4::loopback(), 0}),
        tasks_(executor, {}) {
    if (certificate) {
      tls_.emplace(asio::ssl::context::tls_server);
      tls_->use_certificate_chain(asio::buffer(certificate->certificate_pem));
      tls_->use_private_key(asio::buffer(certificate->key_pem), asio::ssl::context::pem);
    }
    tasks_.spawn("accept", accept());
  }

  uint16_t port() const { return acceptor_.local_endpoint().port(); }
  const std::vector<std::string>& requests() const { return requests_; }
  int connections() const { return connections_; }
  runtime::Awaitable<bool> stop() {
    acceptor_.close();
    co_await tasks_.stop();
    co_return true;
  }

 private:
  runtime::Task<void> accept() {
    while (true) {
      auto [failed, socket] = co_await acceptor_.async_accept(kAsTuple);
      if (failed) co_return Status();
      ++connections_;
      tasks_.spawn("connection", serve(std::move(socket)));
    }
  }
  runtime::Task<void> serve(tcp::socket socket) {
    if (!tls_) {
      co_await answer(socket);
      co_return Status();
    }
    asio::ssl::stream<tcp::socket> stream(std::move(socket), *tls_);
    auto [failed] = co_await stream.async_handshake(asio::ssl::stream_base::server, kAsTuple);
    if (!failed) co_await answer(stream);
    co_return Status();
  }
  template <class Stream>
  runtime::Awaitable<void> answer(Stream& stream) {
    std::array<char, 65536> request{};
    while (next_ < answers_.size()) {
      auto [failed, received] = co_await stream.async_read_some(asio::buffer(request), kAsTuple);
      if (failed) co_return;
      requests_.emplace_back(request.data(), received);
      std::string bytes = answers_[next_++];
      const bool stays = bytes.ends_with(kStay);
      if (stays) bytes.resize(bytes.size() - kStay.size());
      co_await asio::async_write(stream, asio::buffer(bytes), kAsTuple);
      if (!stays) co_return;
    }
  }

  std::vector<std::string> answers_;
  size_t next_ = 0;
  std::vector<std::string> requests_;
  int connections_ = 0;
  std::optional<asio::ssl::context> tls_;
  tcp::acceptor acceptor_;
  runtime::TaskGroup tasks_;
};

ScriptedServer::ScriptedServer(asio::any_io_executor executor, std::vector<std::string> answers,
                               std::optional<Certificate> certificate)
    : core_(std::make_unique<Core>(executor, std::move(answers), std::move(certificate))) {}
ScriptedServer::~ScriptedServer() = default;

uint16_t ScriptedServer::port() const {
  return core_->port();
}
const std::vector<std::string>& ScriptedServer::requests() const {
  return core_->requests();
}
int ScriptedServer::connections() const {
  return core_->connections();
}
runtime::Awaitable<bool> ScriptedServer::stop() {
  return core_->stop();
}

}  // namespace tarn::http::testing
