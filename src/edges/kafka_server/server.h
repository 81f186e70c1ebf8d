// The edge that Kafka clients connect to.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/error.h"
#include "base/time.h"
#include "edges/kafka_server/connection_limits.h"
#include "platform/os/clock.h"
#include "platform/runtime/task.h"
#include "platform/telemetry/logger.h"
#include "platform/telemetry/metrics.h"
#include "services/access/acl_store.h"
#include "services/access/quota_store.h"
#include "services/broker/broker.h"

namespace tarn::login {
class Authenticator;
class UserStore;
}  // namespace tarn::login
namespace tarn::tls {
class ServerIdentity;
}

namespace tarn::kafka_server {

// As Kafka names them (security.protocol).
enum class SecurityProtocol { plaintext, ssl, sasl_plaintext, sasl_ssl };
std::string_view to_string(SecurityProtocol protocol);
constexpr bool wants_login(SecurityProtocol protocol) {
  return protocol == SecurityProtocol::sasl_plaintext || protocol == SecurityProtocol::sasl_ssl;
}
constexpr bool speaks_tls(SecurityProtocol protocol) {
  return protocol == SecurityProtocol::ssl || protocol == SecurityProtocol::sasl_ssl;
}

struct ListenerOptions {
  std::string host = "127.0.0.1";  // name or address to listen on
  uint16_t port = 9092;            // 0: any free one
  // What clients are told to connect to; empty and 0: where they have connected to.
  std::string advertised_host = {};
  uint16_t advertised_port = 0;
  SecurityProtocol protocol = SecurityProtocol::plaintext;
};

struct ServerOptions {
  std::vector<ListenerOptions> listeners = {{}};
  // For the listeners that speak TLS.
  std::shared_ptr<const tls::ServerIdentity> identity;
  std::string cluster_id;     // of this data directory, for ever
  std::string log_directory;  // where the partitions lie, for those who ask
  int32_t node_id = 1;

  ConnectionLimitOptions connections;
  size_t frame_bytes_max = 100 << 20;     // of one request
  size_t received_bytes_max = 32 << 20;   // of all requests under way; below the storage's queue
  size_t pipelined_requests_max = 64;     // of one connection
  size_t pipelined_bytes_max = 16 << 20;  // of one connection; one request may be larger
  size_t fetch_bytes_max = 8 << 20;       // of one answer
  size_t answers_bytes_max = 128 << 20;   // of all answers that are being sent
  Millis idle_max = std::chrono::minutes(10);
  size_t login_bytes_max = 512 << 10;               // of one request before the login
  Millis login_max = std::chrono::seconds(30);      // from the connection to the end of the login
  Millis login_failure_delay{100};                  // before a failed login is answered
  Millis handshake_max = std::chrono::seconds(10);  // of TLS
  Millis stall_max = std::chrono::seconds(30);      // a peer that neither sends the rest nor reads
  Millis drain_max = std::chrono::seconds(2);       // for the last answers at stop()
};

struct ServerContext {
  broker::Broker& broker;
  const os::Clock& clock;
  telemetry::Logger logger;
  telemetry::MetricRegistry& metrics;
  boost::asio::any_io_executor executor;  // of the one I/O thread
  login::UserStore& users;
  const login::Authenticator& authenticator;
  access::QuotaStore& quotas;
  access::AclStore* acls = nullptr;  // none: everybody may do everything
};

// Speaks Kafka's protocol over TCP. The requests of a connection are carried out and answered in
// order; produce requests that follow one another are all handed to the broker before the first of
// them is durable. Bytes that are not Kafka's close their connection and nothing else. I/O thread.
class Server final {
 public:
  Server(ServerContext context, ServerOptions options);
  ~Server();

  // Listens, and accepts as soon as the executor runs. Errors name the address: unavailable (the
  // port is in use),
  // invalid_argument (the host cannot be resolved), permission_denied.
  Status start();
  // Of a listening socket, once started; the listeners count from 0.
  [[nodiscard]] uint16_t port(size_t listener = 0) const;
  // For the connections that come from now on.
  void use_identity(std::shared_ptr<const tls::ServerIdentity> identity);
  // Accepts no more, answers what it has received, closes. Before ~Server.
  runtime::Awaitable<void> stop();

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace tarn::kafka_server
