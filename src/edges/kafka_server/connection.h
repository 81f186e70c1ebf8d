// One client's connection.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "edges/kafka_server/byte_budget.h"
#include "edges/kafka_server/complaints.h"
#include "edges/kafka_server/handlers.h"
#include "edges/kafka_server/server.h"
#include "edges/kafka_server/session.h"
#include "edges/kafka_server/transport.h"
#include "platform/runtime/event.h"
#include "platform/runtime/task.h"

namespace tarn::kafka_server {

// The peer's, without the port.
std::string address_of(const boost::asio::ip::tcp::socket& socket);

// What all connections of a server share.
struct Surroundings {
  ServerOptions options;
  Services services;
  SessionContext sessions;
  const os::Clock& clock;
  ByteBudget& budget;
  AnswerMemory& answers;
  Complaints& complaints;
  std::vector<telemetry::Histogram*> seconds;  // as api_rows()
  telemetry::Counter& received_bytes;
  telemetry::Counter& sent_bytes;
};

// Two tasks: the reader takes requests off the wire and queues their pending answers; the writer
// awaits the answers in that order and sends them. A deferred handler therefore runs after all
// requests before it are answered; an eager one is started by the reader as soon as all before it
// are eager too. When either task ends, the other one does. I/O thread.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, const ListenerOptions& listener,
             Surroundings& surroundings);

  runtime::Task<void> read_requests();
  // Ends last.
  runtime::Task<void> write_answers();

  // Takes no more requests; what was received is answered.
  void finish();
  // At once.
  void close();
  // Why the connection is to be closed now, if it is. Empty: merely idle.
  [[nodiscard]] std::optional<std::string_view> overdue(os::MonotonicTime now) const;
  [[nodiscard]] const std::string& peer() const { return peer_; }

 private:
  struct Received {
    ReceivedFrame frame;
    ByteLease lease;
  };
  struct Queued {
    PendingAnswer answer;
    const ApiRow* row;
    size_t bytes;
    ByteLease lease;
    os::MonotonicTime arrived;
    std::shared_ptr<Throttle> throttle;
  };
  enum class Reading { handshake, nothing, frame, held_up };

  runtime::Task<void> serve();
  runtime::Task<void> shake_hands();
  // None: the peer has ended the stream between two requests.
  runtime::Task<std::optional<Received>> read_frame();
  runtime::Task<void> read_body(Received& into);
  runtime::Awaitable<void> wait_for_budget(ByteLease& lease, size_t bytes);
  runtime::Task<void> enqueue(Received received);
  runtime::Awaitable<void> enqueue_bare(Received received);
  runtime::Awaitable<void> wait_until_answered();
  runtime::Awaitable<void> wait_for_room(Start start, size_t bytes);
  // A client that owes is answered first; then nothing of it is read or begun (KIP-219).
  void mute(const std::shared_ptr<Throttle>& throttle);
  runtime::Awaitable<void> wait_until_unmuted();
  // False: the connection is gone.
  runtime::Awaitable<bool> send(kafka_protocol::Frame frame);
  [[nodiscard]] RequestContext context_of(const ApiRow& row, const Received& received,
                                          const kafka_protocol::Request& request);
  [[nodiscard]] Endpoint endpoint_for_client() const;

  Transport transport_;
  const ListenerOptions& listener_;
  Surroundings& surroundings_;
  std::string peer_;
  std::string client_host_;
  Session session_;
  Endpoint self_;
  runtime::Event changed_;  // the queue, or one of the flags
  std::deque<Queued> queue_;
  size_t queued_bytes_ = 0;
  bool reading_done_ = false;
  bool closed_ = false;
  bool finishes_ = false;
  os::MonotonicTime muted_until_{};
  Reading reading_ = Reading::nothing;
  os::MonotonicTime opened_;
  os::MonotonicTime last_active_;
  os::MonotonicTime last_received_;
  std::optional<os::MonotonicTime> last_sent_;  // while an answer is being sent
};

}  // namespace tarn::kafka_server
