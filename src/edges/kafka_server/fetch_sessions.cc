#include "edges/kafka_server/fetch_sessions.h"

#include <algorithm>

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

constexpr int32_t kNoSession = 0;
constexpr int32_t kFirstEpoch = 0;   // asks for a session
constexpr int32_t kFinalEpoch = -1;  // wants none
constexpr int16_t kTopicIdsFrom = 13;

int32_t epoch_after(int32_t epoch) {
  return epoch == INT32_MAX ? 1 : epoch + 1;
}

size_t partitions_of(const FetchRequest& request) {
  size_t count = 0;
  for (const auto& topic : request.topics) count += topic.partitions.size();
  return count;
}

}  // namespace

void FetchSession::update(const FetchRequest& request) {
  for (const auto& topic : request.forgotten_topics) {
    for (const int32_t index : topic.partitions) {
      const auto known = places_.find({std::string(topic.topic), topic.topic_id, index});
      if (known == places_.end()) continue;
      order_.erase(known->second);
      places_.erase(known);
    }
  }
  for (const auto& topic : request.topics) {
    for (const auto& wanted : topic.partitions) {
      const std::string name(topic.topic);
      const auto [place, is_new] =
          places_.try_emplace({name, topic.topic_id, wanted.partition}, order_.end());
      if (is_new) {
        order_.push_back({.topic = name, .topic_id = topic.topic_id, .wanted = {}});
        place->second = std::prev(order_.end());
      }
      place->second->wanted = wanted;
    }
  }
}

bool FetchSession::take(const FetchResponse::Partition& answer, const SessionPartition& asked) {
  const auto place = places_.find({asked.topic, asked.topic_id, asked.wanted.partition});
  if (place == places_.end()) return true;  // forgotten meanwhile
  SessionPartition& told = *place->second;
  const bool has_records = answer.records.bytes() > 0;
  const bool is_news = has_records || answer.error_code != 0 ||
                       answer.high_watermark != told.high_watermark ||
                       answer.log_start_offset != told.log_start_offset;
  // Of an error the client is told until it is over.
  told.high_watermark = answer.error_code == 0 ? answer.high_watermark : -1;
  told.log_start_offset = answer.log_start_offset;
  // Who has just been served is the last in line the next time.
  if (has_records) order_.splice(order_.end(), order_, place->second);
  return is_news;
}

std::expected<FetchSessions::Found, KafkaError> FetchSessions::find(const FetchRequest& request,
                                                                    int16_t version) {
  const bool names_ids = version >= kTopicIdsFrom;
  if (request.session_epoch == kFinalEpoch || request.session_epoch == kFirstEpoch) {
    close(request.session_id);
    if (request.session_epoch == kFinalEpoch) return Found{};
    return Found{.session = open(request, names_ids), .is_new = true};
  }
  const auto found = sessions_.find(request.session_id);
  if (found == sessions_.end()) return std::unexpected(KafkaError::fetch_session_id_not_found);
  FetchSession& session = *found->second;
  if (session.names_ids_ != names_ids) {
    return std::unexpected(KafkaError::fetch_session_topic_id_error);
  }
  if (session.next_epoch_ != request.session_epoch) {
    return std::unexpected(KafkaError::invalid_fetch_session_epoch);
  }
  session.next_epoch_ = epoch_after(session.next_epoch_);
  session.last_used_ = clock_.monotonic();
  const size_t before = session.partitions().size();
  session.update(request);
  partitions_ = partitions_ - before + session.partitions().size();
  if (partitions_ > limits_.partitions_max) {
    close(request.session_id);
    return std::unexpected(KafkaError::fetch_session_id_not_found);
  }
  return Found{.session = found->second};
}

std::shared_ptr<FetchSession> FetchSessions::open(const FetchRequest& request, bool names_ids) {
  if (request.topics.empty() || !make_room(partitions_of(request))) return nullptr;
  int32_t id = kNoSession;
  while (id == kNoSession || sessions_.contains(id)) {
    id = static_cast<int32_t>(random_() & INT32_MAX);
  }
  auto session = std::make_shared<FetchSession>(id, names_ids);
  session->last_used_ = clock_.monotonic();
  session->update(request);
  partitions_ += session->partitions().size();
  sessions_.emplace(id, session);
  return session;
}

bool FetchSessions::make_room(size_t partitions) {
  if (partitions_ + partitions > limits_.partitions_max) return false;
  if (sessions_.size() < limits_.sessions_max) return true;
  const auto oldest = std::ranges::min_element(
      sessions_, {}, [](const auto& item) { return item.second->last_used_; });
  if (clock_.monotonic() - oldest->second->last_used_ < limits_.idle_min) return false;
  close(oldest->first);
  return true;
}

void FetchSessions::close(int32_t id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  partitions_ -= found->second->partitions().size();
  sessions_.erase(found);
}

}  // namespace tarn::kafka_server
