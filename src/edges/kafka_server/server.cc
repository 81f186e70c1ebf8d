#include "edges/kafka_server/server.h"

#include <algorithm>
#include <random>
#include <set>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "edges/kafka_server/audit_log.h"
#include "edges/kafka_server/connection.h"
#include "platform/runtime/sleep.h"
#include "platform/runtime/task_group.h"

namespace tarn::kafka_server {

namespace asio = boost::asio;
using asio::ip::tcp;
using runtime::Awaitable;
using runtime::Task;

namespace {

constexpr Millis kAcceptRetry{100};
constexpr Millis kWatchLongest{1000};
constexpr Millis kWatchShortest{10};

std::vector<telemetry::Histogram*> latency_metrics(telemetry::MetricRegistry& metrics) {
  std::vector<telemetry::Histogram*> seconds;
  for (const auto& row : api_rows()) {
    seconds.push_back(&metrics.histogram(
        "tarn_kafka_request_seconds", "From the last byte of a request to that of its answer.",
        telemetry::latency_seconds_buckets(), {{"api", std::string(row.api.name)}}));
  }
  return seconds;
}

telemetry::Counter& logins_counter(telemetry::MetricRegistry& metrics, const std::string& outcome) {
  return metrics.counter("tarn_kafka_logins_total", "Logins of Kafka clients (SASL).",
                         {{"outcome", outcome}});
}

Error cannot_listen(const std::string& at, const boost::system::error_code& why) {
  if (why == asio::error::address_in_use) {
    return {ErrorCode::unavailable, "cannot listen on " + at + ": another program uses this port"};
  }
  if (why == asio::error::access_denied) {
    return {ErrorCode::permission_denied, "cannot listen on " + at + ": " + why.message()};
  }
  return {ErrorCode::invalid_argument, "cannot listen on " + at + ": " + why.message()};
}

std::optional<Authorization> authorization_of(const ServerContext& context, AuditLog& audit) {
  if (context.acls == nullptr) return std::nullopt;
  return Authorization{.acls = *context.acls, .audit = audit};
}

}  // namespace

std::string_view to_string(SecurityProtocol protocol) {
  switch (protocol) {
    case SecurityProtocol::plaintext:
      return "PLAINTEXT";
    case SecurityProtocol::ssl:
      return "SSL";
    case SecurityProtocol::sasl_plaintext:
      return "SASL_PLAINTEXT";
    case SecurityProtocol::sasl_ssl:
      return "SASL_SSL";
  }
  return "";
}

class Server::Core {
 public:
  Core(ServerContext context, ServerOptions options)
      : context_(std::move(context)),
        budget_(context_.executor, options.received_bytes_max),
        answers_(options.answers_bytes_max),
        fetch_sessions_(context_.clock, std::random_device()()),
        complaints_(context_.logger, context_.clock),
        audit_(context_.logger.named("audit"), context_.clock, context_.metrics),
        authorization_(authorization_of(context_, audit_)),
        quotas_(context_.quotas, context_.clock),
        limits_(options.connections, quotas_, context_.logger, context_.clock, context_.metrics),
        connection_count_(context_.metrics.gauge("tarn_kafka_connections", "Clients connected.")),
        surroundings_{
            .options = options,
            .services = {.broker = context_.broker,
                         .clock = context_.clock,
                         .cluster_id = options.cluster_id,
                         .log_directory = options.log_directory,
                         .node_id = options.node_id,
                         .fetch_bytes_max = options.fetch_bytes_max,
                         .answers = answers_,
                         .fetch_sessions = fetch_sessions_,
                         .users = context_.users,
                         .quotas = quotas_,
                         .authorization = authorization_ ? &*authorization_ : nullptr},
            .sessions = {.authenticator = &context_.authenticator,
                         .clock = context_.clock,
                         .complaints = complaints_,
                         .failure_delay = options.login_failure_delay,
                         .good_logins = logins_counter(context_.metrics, "ok"),
                         .failed_logins = logins_counter(context_.metrics, "failed")},
            .clock = context_.clock,
            .budget = budget_,
            .answers = answers_,
            .complaints = complaints_,
            .seconds = latency_metrics(context_.metrics),
            .received_bytes = context_.metrics.counter("tarn_kafka_received_bytes_total",
                                                       "Bytes of whole requests."),
            .sent_bytes =
                context_.metrics.counter("tarn_kafka_sent_bytes_total", "Bytes of answers."),
        },
        changed_(context_.executor),
        tasks_(context_.executor, [this](const std::string& name, const Error& error) {
          context_.logger.error("task failed", {{"task", name}, {"error", error.message()}});
        }) {}

  Status start();
  [[nodiscard]] uint16_t port(size_t listener) const {
    return acceptors_.at(listener).local_endpoint().port();
  }
  void use_identity(std::shared_ptr<const tls::ServerIdentity> identity) {
    surroundings_.options.identity = std::move(identity);
  }
  Awaitable<void> stop();

 private:
  Status listen(const ListenerOptions& on);
  Task<void> accept_connections(size_t listener);
  // Closes it when there are too many.
  void open(tcp::socket socket, const ListenerOptions& listener);
  Task<void> serve(std::shared_ptr<Connection> connection, std::string address);
  // Closes what is idle or stalled.
  Task<void> watch();

  ServerContext context_;
  std::vector<tcp::acceptor> acceptors_;  // as ServerOptions::listeners
  ByteBudget budget_;
  AnswerMemory answers_;
  FetchSessions fetch_sessions_;
  Complaints complaints_;
  AuditLog audit_;
  std::optional<Authorization> authorization_;
  QuotaMeter quotas_;
  ConnectionLimits limits_;
  telemetry::Gauge& connection_count_;
  Surroundings surroundings_;
  std::set<std::shared_ptr<Connection>> connections_;
  runtime::Event changed_;  // the set of connections
  runtime::TaskGroup tasks_;
};

Status Server::Core::start() {
  const auto& listeners = surroundings_.options.listeners;
  for (const ListenerOptions& listener : listeners) TRY(listen(listener));
  for (size_t i = 0; i < listeners.size(); ++i) tasks_.spawn("accept", accept_connections(i));
  tasks_.spawn("watch", watch());
  return {};
}

Status Server::Core::listen(const ListenerOptions& on) {
  const std::string port = std::to_string(on.port);
  const std::string at = on.host + ":" + port;
  boost::system::error_code error;
  tcp::resolver resolver(context_.executor);
  const auto found = resolver.resolve(on.host, port, tcp::resolver::passive, error);
  if (error || found.empty()) return cannot_listen(at, error);
  const tcp::endpoint endpoint = found.begin()->endpoint();
  auto& acceptor = acceptors_.emplace_back(context_.executor);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) return cannot_listen(at, error);
  return {};
}

Task<void> Server::Core::accept_connections(size_t listener) {
  tcp::acceptor& acceptor = acceptors_[listener];
  while (true) {
    auto [error, socket] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (!acceptor.is_open()) co_return Status();
    if (error) {
      complaints_.complain("cannot accept a connection", "", error.message());
      co_await runtime::sleep_for(kAcceptRetry);
    } else {
      open(std::move(socket), surroundings_.options.listeners[listener]);
    }
  }
}

void Server::Core::open(tcp::socket socket, const ListenerOptions& listener) {
  std::string address = address_of(socket);
  if (!limits_.enter(address)) return;
  auto connection = std::make_shared<Connection>(std::move(socket), listener, surroundings_);
  connections_.insert(connection);
  connection_count_.set(static_cast<double>(connections_.size()));
  changed_.notify_all();
  tasks_.spawn("read", connection->read_requests());
  tasks_.spawn("write", serve(std::move(connection), std::move(address)));
}

Task<void> Server::Core::serve(std::shared_ptr<Connection> connection, std::string address) {
  auto status = co_await connection->write_answers();
  limits_.leave(address);
  connections_.erase(connection);
  connection_count_.set(static_cast<double>(connections_.size()));
  changed_.notify_all();
  co_return status;
}

Task<void> Server::Core::watch() {
  const auto pause = std::clamp(surroundings_.options.stall_max / 4, kWatchShortest, kWatchLongest);
  while (true) {
    if (connections_.empty()) {
      co_await changed_.wait();
      continue;
    }
    co_await runtime::sleep_for(pause);
    const auto now = context_.clock.monotonic();
    for (const auto& connection : connections_) {
      const auto why = connection->overdue(now);
      if (!why) continue;
      if (!why->empty()) complaints_.complain("connection closed", connection->peer(), *why);
      connection->close();
    }
  }
}

Awaitable<void> Server::Core::stop() {
  boost::system::error_code ignored;
  for (tcp::acceptor& acceptor : acceptors_) acceptor.close(ignored);
  for (const auto& connection : connections_) connection->finish();
  const auto deadline = context_.clock.monotonic() + surroundings_.options.drain_max;
  while (!connections_.empty() && co_await changed_.wait_until(deadline)) {
  }
  for (const auto& connection : connections_) connection->close();
  co_await tasks_.stop();
  connections_.clear();
}

Server::Server(ServerContext context, ServerOptions options)
    : core_(std::make_unique<Core>(std::move(context), std::move(options))) {}
Server::~Server() = default;

Status Server::start() {
  return core_->start();
}
uint16_t Server::port(size_t listener) const {
  return core_->port(listener);
}
void Server::use_identity(std::shared_ptr<const tls::ServerIdentity> identity) {
  core_->use_identity(std::move(identity));
}
Awaitable<void> Server::stop() {
  co_await core_->stop();
}

}  // namespace tarn::kafka_server
