// One request between its arrival and its answer.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "base/bytes.h"
#include "edges/kafka_server/answer_memory.h"
#include "edges/kafka_server/fetch_sessions.h"
#include "formats/kafka_protocol/header.h"
#include "platform/os/clock.h"
#include "services/access/acl_store.h"
#include "services/access/caller.h"
#include "services/broker/broker.h"

namespace tarn::login {
class UserStore;
}

namespace tarn::kafka_server {

// The bytes of one request; what is decoded out of them borrows from them.
class ReceivedFrame {
 public:
  ReceivedFrame() = default;
  // The memory is not touched until bytes arrive, so a large claim alone costs nothing.
  explicit ReceivedFrame(size_t bytes)
      : bytes_(std::make_shared_for_overwrite<std::byte[]>(bytes)), size_(bytes) {}

  [[nodiscard]] std::span<std::byte> space() const { return {bytes_.get(), size_}; }
  [[nodiscard]] BytesView view() const { return space(); }
  // The part that a decoded field shows, each part once. It keeps the frame alive when it is a good
  // part of it, and is copied when not: a cache counts the part, not what it would hold back.
  [[nodiscard]] MutableBytes part(BytesView inside) const;

  static constexpr size_t kSharedPart = 4;  // a quarter

 private:
  std::shared_ptr<std::byte[]> bytes_;
  size_t size_ = 0;
};

// Where clients are told to find this server.
struct Endpoint {
  std::string host;
  int32_t port = 0;
};

class QuotaMeter;
class Throttle;
class Session;
struct ApiRow;

struct RequestContext {
  const ApiRow* row = nullptr;
  ReceivedFrame frame;
  BytesView body;
  int16_t version = 0;
  int32_t correlation_id = 0;
  std::string client_id;
  std::string client_host;  // as Kafka's tools show it: "/127.0.0.1"
  std::shared_ptr<const access::Caller> caller;
  std::shared_ptr<Throttle> throttle = nullptr;  // none: there are no quotas
  Endpoint self;
  Session* session = nullptr;  // of the connection; lives as long as an answer is awaited
};

class AuditLog;

// What clients may do, where that is restricted.
struct Authorization {
  access::AclStore& acls;
  AuditLog& audit;
};

// What handlers work with. Copied into their coroutines; what it refers to outlives the server.
struct Services {
  broker::Broker& broker;
  const os::Clock& clock;
  std::string cluster_id;
  std::string log_directory;  // absolute
  int32_t node_id = 1;
  size_t fetch_bytes_max = 0;
  const AnswerMemory& answers;
  FetchSessions& fetch_sessions;
  login::UserStore& users;
  QuotaMeter& quotas;
  const Authorization* authorization = nullptr;  // none: everybody may do everything
};

}  // namespace tarn::kafka_server
