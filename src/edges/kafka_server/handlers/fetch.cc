#include "formats/kafka_protocol/fetch.h"

#include <algorithm>

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

constexpr int32_t kMaxWaitMillis = 10 * 60 * 1000;

size_t clamp_bytes(int32_t wire, size_t most) {
  return std::min(static_cast<size_t>(std::max(wire, 0)), most);
}

// A partition on its way through the fetch.
struct Asked {
  SessionPartition partition;
  FetchResponse::Partition answer;
  bool is_refused = false;
};

std::vector<Asked> partitions_of(const FetchRequest& request, const FetchSession* session) {
  std::vector<Asked> asked;
  if (session != nullptr) {
    for (const SessionPartition& partition : session->partitions()) {
      asked.push_back({.partition = partition, .answer = {}});
    }
    return asked;
  }
  for (const auto& topic : request.topics) {
    for (const auto& wanted : topic.partitions) {
      asked.push_back({.partition = {.topic = std::string(topic.topic),
                                     .topic_id = topic.topic_id,
                                     .wanted = wanted},
                       .answer = {}});
    }
  }
  return asked;
}

// What the broker is asked: all partitions whose topics there are and may be read. Those of a
// session are judged anew each time.
broker::FetchRequest plan(const Services& services, const Guard& guard, const FetchRequest& request,
                          std::vector<Asked>& asked) {
  broker::FetchRequest plan;
  bool is_any_refused = false;
  for (Asked& one : asked) {
    const auto& [topic, topic_id, wanted, hw, start] = one.partition;
    one.answer.partition_index = wanted.partition;
    const auto* found = find_topic(services, topic, topic_id);
    one.answer.error_code = topic_denial(guard, services, topic, topic_id);
    if (one.answer.error_code == 0 && found == nullptr) {
      one.answer.error_code = code_of_unknown(topic_id);
    }
    if (one.answer.error_code != 0) {
      one.is_refused = is_any_refused = true;
      continue;
    }
    plan.partitions.push_back({
        .from = {found->name, PartitionId(wanted.partition)},
        .offset = Offset(wanted.fetch_offset),
        .bytes_max = clamp_bytes(wanted.partition_max_bytes, services.fetch_bytes_max),
        .current_epoch = epoch_of(wanted.current_leader_epoch),
    });
  }
  plan.bytes_max = services.answers.share(clamp_bytes(request.max_bytes, services.fetch_bytes_max));
  plan.bytes_min = clamp_bytes(request.min_bytes, plan.bytes_max);
  if (request.isolation_level == 1) plan.isolation = broker::Isolation::read_committed;
  const int32_t wait = is_any_refused ? 0 : std::clamp(request.max_wait_ms, 0, kMaxWaitMillis);
  plan.deadline = services.clock.monotonic() + Millis(wait);
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
  if (!place.aborted_transactions) return;
  for (const auto& aborted : fetched->aborted) {
    place.aborted_transactions->push_back(
        {.producer_id = aborted.producer.value(), .first_offset = aborted.first.value()});
  }
}

void add(FetchResponse& response, Asked& asked) {
  const bool is_next_topic = response.topics.empty() ||
                             response.topics.back().topic != asked.partition.topic ||
                             response.topics.back().topic_id != asked.partition.topic_id;
  if (is_next_topic) {
    response.topics.push_back(
        {.topic = asked.partition.topic, .topic_id = asked.partition.topic_id});
  }
  response.topics.back().partitions.push_back(std::move(asked.answer));
}

runtime::Awaitable<FetchResponse> handle(Services services, RequestContext context,
                                         FetchRequest request) {
  const auto found = services.fetch_sessions.find(request, context.version);
  if (!found) co_return FetchResponse{.error_code = code(found.error())};
  const auto session = found->session;
  auto asked = partitions_of(request, session.get());
  auto wanted = plan(services, Guard(services, context), request, asked);
  const bool is_committed = wanted.isolation == broker::Isolation::read_committed;
  auto answers = co_await services.broker.fetch(std::move(wanted));
  auto answer = answers.begin();
  FetchResponse response{.session_id = session ? session->id() : 0};
  for (Asked& one : asked) {
    if (!one.is_refused) {
      if (is_committed) one.answer.aborted_transactions.emplace();
      fill(one.answer, std::move(*answer++));
    }
    const bool is_news = !session || session->take(one.answer, one.partition);
    if (is_news || found->is_new) add(response, one);
  }
  co_return response;
}

}  // namespace

Result<PendingAnswer> fetch(const Services& services, RequestContext context) {
  return deferred<FetchRequest>(services, std::move(context), permits::kOpen, handle);
}

}  // namespace tarn::kafka_server
