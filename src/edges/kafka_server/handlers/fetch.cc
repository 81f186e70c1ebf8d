#include "formats/kafka_protocol/fetch.h"

#include <algorithm>

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

// Sessions (KIP-227) are never given out: every fetch names all its partitions.
constexpr int32_t kNoSession = 0;
constexpr int32_t kMaxWaitMillis = 10 * 60 * 1000;

size_t clamp_bytes(int32_t wire, size_t most) {
  return std::min(static_cast<size_t>(std::max(wire, 0)), most);
}

struct Plan {
  FetchResponse response;       // all partitions, those that are refused with their code
  broker::FetchRequest wanted;  // the others
  std::vector<FetchResponse::Partition*> places;  // of the others in the response
  bool any_refused = false;
};

void plan_topic(const Services& services, const FetchRequest::Topic& topic, Plan& plan) {
  auto& answer = plan.response.topics.emplace_back();
  answer.topic = topic.topic;
  answer.topic_id = topic.topic_id;
  const auto* found = find_topic(services, topic.topic, topic.topic_id);
  for (const auto& partition : topic.partitions) {
    answer.partitions.push_back({.partition_index = partition.partition});
    if (found == nullptr) {
      answer.partitions.back().error_code = code_of_unknown(topic.topic_id);
      plan.any_refused = true;
      continue;
    }
    plan.wanted.partitions.push_back({
        .from = {found->name, PartitionId(partition.partition)},
        .offset = Offset(partition.fetch_offset),
        .bytes_max = clamp_bytes(partition.partition_max_bytes, services.fetch_bytes_max),
        .current_epoch = epoch_of(partition.current_leader_epoch),
    });
  }
}

Plan make_plan(const Services& services, const FetchRequest& request) {
  Plan plan;
  plan.response.session_id = kNoSession;
  for (const auto& topic : request.topics) plan_topic(services, topic, plan);
  for (auto& topic : plan.response.topics) {
    for (auto& partition : topic.partitions) {
      if (partition.error_code == 0) plan.places.push_back(&partition);
    }
  }
  plan.wanted.bytes_max =
      services.answers.share(clamp_bytes(request.max_bytes, services.fetch_bytes_max));
  plan.wanted.bytes_min = clamp_bytes(request.min_bytes, plan.wanted.bytes_max);
  if (request.isolation_level == 1) plan.wanted.isolation = broker::Isolation::read_committed;
  const int32_t wait = plan.any_refused ? 0 : std::clamp(request.max_wait_ms, 0, kMaxWaitMillis);
  plan.wanted.deadline = services.clock.monotonic() + Millis(wait);
  return plan;
}

void fill(FetchResponse::Partition& place, broker::Answer<broker::Fetched> fetched) {
  if (!fetched) {
    place.error_code = code_of(fetched.error());
    return;
  }
  place.high_watermark = fetched->high_watermark.value();
  place.last_stable_offset = fetched->last_stable.value();
  place.log_start_offset = fetched->log_start.value();
  place.records.pieces = std::move(fetched->batches);
}

runtime::Awaitable<FetchResponse> handle(Services services, RequestContext, FetchRequest request) {
  if (request.session_id != kNoSession) {
    co_return FetchResponse{.error_code = code(KafkaError::fetch_session_id_not_found)};
  }
  Plan plan = make_plan(services, request);
  if (plan.wanted.isolation == broker::Isolation::read_committed) {
    for (auto* place : plan.places) place->aborted_transactions.emplace();
  }
  auto answers = co_await services.broker.fetch(std::move(plan.wanted));
  for (size_t i = 0; i < answers.size(); ++i) fill(*plan.places[i], std::move(answers[i]));
  co_return std::move(plan.response);
}

}  // namespace

Result<PendingAnswer> fetch(const Services& services, RequestContext context) {
  return deferred<FetchRequest>(services, std::move(context), handle);
}

}  // namespace tarn::kafka_server
