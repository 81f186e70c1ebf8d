#include "formats/kafka_protocol/delete_topics.h"

#include <set>

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

using Wanted = DeleteTopicsRequest::Topic;

constexpr int16_t kStrictQuotaFrom = 5;

std::pair<std::string_view, Uuid> key_of(const Wanted& topic) {
  return {topic.name.value_or(""), topic.topic_id};
}

// Twice, or by a name and an id that need not be the same topic's.
DeleteTopicsResponse::Topic refused(const Wanted& wanted) {
  DeleteTopicsResponse::Topic answer{.topic_id = wanted.topic_id,
                                     .error_code = code(KafkaError::invalid_request)};
  if (wanted.name) answer.name = std::string(*wanted.name);
  answer.error_message = "name each topic once, by its name or by its id";
  return answer;
}

runtime::Awaitable<DeleteTopicsResponse::Topic> remove(Services services, RequestContext context,
                                                       Wanted wanted) {
  DeleteTopicsResponse::Topic answer{.topic_id = wanted.topic_id};
  if (wanted.name) answer.name = std::string(*wanted.name);
  const auto* topic = find_topic(services, wanted.name.value_or(""), wanted.topic_id);
  if (topic == nullptr) {
    answer.error_code = code_of_unknown(wanted.topic_id);
    answer.error_message = "there is no such topic";
    co_return answer;
  }
  answer.name = topic->name.value();
  answer.topic_id = topic->id;
  if (is_too_much(context, kStrictQuotaFrom, topic->partition_count())) {
    answer.error_code = code(KafkaError::throttling_quota_exceeded);
    answer.error_message = "the quota controller_mutation_rate is used up: try again later";
    co_return answer;
  }
  auto removed = co_await services.broker.delete_topic(topic->name, broker::Origin::client);
  if (!removed) {
    answer.error_code = code_of(removed.error());
    answer.error_message = removed.error().message;
  }
  co_return answer;
}

runtime::Awaitable<DeleteTopicsResponse> handle(Services services, RequestContext context,
                                                DeleteTopicsRequest request) {
  for (const auto name : request.topic_names) {
    request.topics.push_back({.name = name, .topic_id = {}});
  }
  std::multiset<std::pair<std::string_view, Uuid>> named;
  for (const auto& topic : request.topics) named.insert(key_of(topic));
  DeleteTopicsResponse response;
  for (const auto& topic : request.topics) {
    const bool is_ambiguous = topic.name && !topic.topic_id.is_zero();
    if (is_ambiguous || named.count(key_of(topic)) > 1) {
      response.topics.push_back(refused(topic));
    } else {
      response.topics.push_back(co_await remove(services, context, topic));
    }
  }
  co_return response;
}

Rest permit(const Services& services, const Guard& guard, DeleteTopicsRequest& request,
            DeleteTopicsResponse& refused) {
  for (const auto name : request.topic_names) {
    request.topics.push_back({.name = name, .topic_id = {}});
  }
  request.topic_names.clear();
  int16_t error = 0;
  permits::take_out(
      request.topics,
      [&](const Wanted& wanted) {
        error = topic_denial(guard, services, wanted.name.value_or(""), wanted.topic_id);
        return error == 0;
      },
      [&](const Wanted& wanted) {
        auto& answer = refused.topics.emplace_back();
        if (wanted.name) answer.name = std::string(*wanted.name);
        answer.topic_id = wanted.topic_id;
        answer.error_code = error;
      });
  return Rest::to_do;
}

}  // namespace

Result<PendingAnswer> delete_topics(const Services& services, RequestContext context) {
  return deferred<DeleteTopicsRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
