// What clients fetch again and again, remembered between their requests (KIP-227): a request then
// names only what has changed, and so does its answer.
#pragma once

#include <cstdint>
#include <expected>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>

#include "base/random.h"
#include "base/uuid.h"
#include "formats/kafka_protocol/error_code.h"
#include "formats/kafka_protocol/fetch.h"
#include "platform/os/clock.h"

namespace tarn::kafka_server {

// A partition as the client has named it, and what it was told last.
struct SessionPartition {
  std::string topic;  // empty when named by id
  Uuid topic_id;
  kafka_protocol::FetchRequest::Partition wanted;
  int64_t high_watermark = -1;
  int64_t log_start_offset = -1;
};

class FetchSession {
 public:
  using Partitions = std::list<SessionPartition>;

  FetchSession(int32_t id, bool names_ids) : id_(id), names_ids_(names_ids) {}

  // Adds, changes and forgets what the request says.
  void update(const kafka_protocol::FetchRequest& request);
  [[nodiscard]] int32_t id() const { return id_; }
  // In the order in which they are to be answered.
  [[nodiscard]] const Partitions& partitions() const { return order_; }
  // Is there something to say about the partition? It is said then.
  bool take(const kafka_protocol::FetchResponse::Partition& answer, const SessionPartition& asked);

 private:
  friend class FetchSessions;
  using Key = std::tuple<std::string, Uuid, int32_t>;

  int32_t id_;
  bool names_ids_;  // from version 13 on
  int32_t next_epoch_ = 1;
  os::MonotonicTime last_used_{};
  Partitions order_;
  std::map<Key, Partitions::iterator> places_;
};

struct FetchSessionLimits {
  size_t sessions_max = 1000;
  size_t partitions_max = 200'000;            // of all sessions
  Millis idle_min = std::chrono::minutes(2);  // before one makes room for another
};

// I/O thread.
class FetchSessions {
 public:
  FetchSessions(const os::Clock& clock, uint64_t random_seed, FetchSessionLimits limits = {})
      : clock_(clock), limits_(limits), random_(random_seed) {}

  struct Found {
    // None: the request names all that it wants, now and the next time.
    std::shared_ptr<FetchSession> session;
    bool is_new = false;  // all partitions are to be answered
  };
  // Errors: fetch_session_id_not_found, invalid_fetch_session_epoch, fetch_session_topic_id_error.
  std::expected<Found, kafka_protocol::KafkaError> find(const kafka_protocol::FetchRequest& request,
                                                        int16_t version);

  [[nodiscard]] size_t size() const { return sessions_.size(); }

 private:
  std::shared_ptr<FetchSession> open(const kafka_protocol::FetchRequest& request, bool names_ids);
  bool make_room(size_t partitions);
  void close(int32_t id);

  const os::Clock& clock_;
  const FetchSessionLimits limits_;
  Random random_;
  std::map<int32_t, std::shared_ptr<FetchSession>> sessions_;
  size_t partitions_ = 0;
};

}  // namespace tarn::kafka_server
