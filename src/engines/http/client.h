// An HTTP/1.1 client for http and https.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/error.h"
#include "engines/http/message.h"
#include "engines/http/url.h"
#include "platform/os/clock.h"
#include "platform/runtime/task.h"

namespace tarn::http {

struct ClientOptions {
  std::string user_agent = "tarn";
  std::string ca_file;  // PEM; empty: the system's certificates
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);  // name, TCP and TLS, each
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(30);     // without a byte
  size_t header_bytes_max = 64 << 10;
  size_t idle_connections_max = 16;
  std::chrono::milliseconds keep_idle = std::chrono::seconds(30);
};

struct ClientRequest {
  Method method = Method::get;
  std::string url;
  Headers headers;
  std::string body;
  os::MonotonicTime deadline = os::MonotonicTime::max();  // for everything, redirects included
  size_t body_bytes_max = 64 << 20;
  int redirects_max = 5;
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
  std::string url;  // of the last redirect; holds its query, so not for logs
};

// The problem: calling services that are slow, broken or hostile, within fixed limits of time and
// memory. Certificates and host names are verified. A redirect to another origin takes no headers
// of the caller along but Accept, Accept-Encoding and User-Agent; one from https to http is
// refused. Bodies come as sent, and no compression is asked for unless the caller does
// (content_encoding.h). Connections are kept for the next request to the same origin. All calls on
// one thread; the client outlives its fetches.
//
// Errors: invalid_argument (the URL or a header), unavailable (name, connection, certificate, an
// answer that ends in its middle), timed_out, corrupt (not HTTP), failed_precondition (redirects
// that have no end, or leave https), resource_exhausted (the body or the header is larger than its
// limit). Messages name the URL without its query and no header value.
class Client {
 public:
  Client(const os::Clock& clock, ClientOptions options);
  ~Client();

  runtime::Task<ClientResponse> fetch(ClientRequest request);
  // Closes the connections that are kept.
  void close_idle();
  [[nodiscard]] size_t idle_connections() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace tarn::http
