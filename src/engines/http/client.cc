#include "engines/http/client.h"

#include <list>
#include <set>
#include <utility>

#include <boost/asio/ssl/context.hpp>
#include <fmt/core.h>

#include "engines/http/client_connection.h"

namespace tarn::http {
namespace {

namespace asio = boost::asio;

// Where systems other than the one that OpenSSL was built for keep their certificates.
constexpr const char* kCertificateFiles[] = {"/etc/pki/tls/certs/ca-bundle.crt",
                                             "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};

bool is_redirect(const ClientResponse& response) {
  const int status = response.status;
  return (status == 301 || status == 302 || status == 303 || status == 307 || status == 308) &&
         response.headers.contains("Location");
}

bool is_repeatable(Method method) {
  return method != Method::post && method != Method::patch && method != Method::other;
}

void become_get(ClientRequest& request) {
  request.method = Method::get;
  request.body.clear();
  request.headers.remove("Content-Type");
}

// What a stranger may see of the caller's headers.
Headers headers_for_strangers(const Headers& headers) {
  Headers kept;
  for (const char* name : {"Accept", "Accept-Encoding", "User-Agent"}) {
    if (auto value = headers.find(name)) kept.add(name, std::string(*value));
  }
  return kept;
}

// Turns request into the one that follows the redirect.
Status follow(ClientRequest& request, const Url& from, const Url& to, int status) {
  if (from.scheme == "https" && to.scheme == "http") {
    return Error(
        ErrorCode::failed_precondition,
        fmt::format("redirected from https to {}, which anyone could read", to.to_display()));
  }
  const bool was_post = request.method == Method::post;
  if (status == 303 && request.method != Method::head) become_get(request);
  if ((status == 301 || status == 302) && was_post) become_get(request);
  if (!from.has_same_origin(to)) request.headers = headers_for_strangers(request.headers);
  return {};
}

}  // namespace

class Client::Core {
 public:
  Core(const os::Clock& clock, ClientOptions options)
      : clock_(clock), options_(std::move(options)) {}

  runtime::Task<ClientResponse> fetch(ClientRequest request);
  void close_idle() { idle_.clear(); }
  size_t idle_connections() const { return idle_.size(); }

 private:
  struct Idle {
    std::string origin;
    std::unique_ptr<ClientConnection> connection;
    os::MonotonicTime since;
  };

  runtime::Task<ClientResponse> fetch_one(Url url, ClientRequest request);
  Result<asio::ssl::context*> tls_for(const Url& url);
  std::unique_ptr<ClientConnection> take_idle(const std::string& origin);
  void keep(const std::string& origin, std::unique_ptr<ClientConnection> connection);

  const os::Clock& clock_;
  ClientOptions options_;
  std::unique_ptr<asio::ssl::context> tls_;
  std::list<Idle> idle_;  // the longest idle first
};

runtime::Task<ClientResponse> Client::Core::fetch(ClientRequest request) {
  Url url = CO_TRY(Url::parse(request.url));
  const std::string doing = "calling " + url.to_display();
  std::set<std::string> seen;
  for (int redirects = 0;; ++redirects) {
    auto response = (co_await fetch_one(url, request)).with_context(doing);
    if (!response) co_return response.error();
    if (!is_redirect(*response) || request.redirects_max == 0) {
      response->url = url.to_string();
      co_return response;
    }
    const auto location = url.resolve(*response->headers.find("Location"));
    if (!location) co_return location.error().with_context(doing + ": following a redirect");
    if (!seen.insert(url.to_string()).second || seen.contains(location->to_string())) {
      co_return Error(ErrorCode::failed_precondition,
                      doing + ": redirected in a circle, back to " + location->to_display());
    }
    if (redirects >= request.redirects_max) {
      co_return Error(
          ErrorCode::failed_precondition,
          fmt::format("{}: redirected more than {} times", doing, request.redirects_max));
    }
    auto followed = follow(request, url, *location, response->status);
    if (!followed) co_return followed.error().with_context(doing);
    url = *location;
  }
}

runtime::Task<ClientResponse> Client::Core::fetch_one(Url url, ClientRequest request) {
  if (clock_.monotonic() >= request.deadline) {
    co_return Error(ErrorCode::timed_out, "the deadline passed before the call");
  }
  // A kept connection may have been closed by the server meanwhile. What must not be sent twice is
  // sent on a new one.
  if (auto kept = is_repeatable(request.method) ? take_idle(url.origin()) : nullptr) {
    auto response = co_await kept->exchange(url, request);
    if (response && kept->is_reusable()) keep(url.origin(), std::move(kept));
    // NOLINTNEXTLINE(bugprone-use-after-move): it was moved only when there is a response.
    if (response || !kept || !kept->ended_early()) co_return response;
  }
  auto* tls = CO_TRY(tls_for(url));
  auto connection =
      CO_TRY(co_await ClientConnection::open(clock_, options_, url, tls, request.deadline));
  auto response = co_await connection->exchange(url, std::move(request));
  if (response && connection->is_reusable()) keep(url.origin(), std::move(connection));
  co_return response;
}

Result<asio::ssl::context*> Client::Core::tls_for(const Url& url) {
  if (url.scheme != "https") return nullptr;
  if (tls_) return tls_.get();
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  context->set_verify_mode(asio::ssl::verify_peer);
  boost::system::error_code failed;
  if (!options_.ca_file.empty()) {
    context->load_verify_file(options_.ca_file, failed);
    if (failed) {
      return Error(ErrorCode::failed_precondition,
                   fmt::format("the certificates in {} cannot be read: {}", options_.ca_file,
                               failed.message()));
    }
  } else {
    context->set_default_verify_paths(failed);
    for (const char* file : kCertificateFiles) context->load_verify_file(file, failed);
  }
  tls_ = std::move(context);
  return tls_.get();
}

std::unique_ptr<ClientConnection> Client::Core::take_idle(const std::string& origin) {
  const auto oldest = clock_.monotonic() - options_.keep_idle;
  std::erase_if(idle_, [&](const Idle& idle) { return idle.since < oldest; });
  for (auto idle = idle_.begin(); idle != idle_.end(); ++idle) {
    if (idle->origin != origin) continue;
    auto connection = std::move(idle->connection);
    idle_.erase(idle);
    return connection;
  }
  return nullptr;
}

void Client::Core::keep(const std::string& origin, std::unique_ptr<ClientConnection> connection) {
  if (options_.idle_connections_max == 0) return;
  if (idle_.size() >= options_.idle_connections_max) idle_.pop_front();
  idle_.push_back({origin, std::move(connection), clock_.monotonic()});
}

Client::Client(const os::Clock& clock, ClientOptions options)
    : core_(std::make_unique<Core>(clock, std::move(options))) {}

Client::~Client() = default;

runtime::Task<ClientResponse> Client::fetch(ClientRequest request) {
  return core_->fetch(std::move(request));
}

void Client::close_idle() {
  core_->close_idle();
}

size_t Client::idle_connections() const {
  return core_->idle_connections();
}

}  // namespace tarn::http
