#include "formats/kafka_protocol/delete_topics.h"

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

runtime::Awaitable<DeleteTopicsResponse::Topic> remove(Services services,
                                                       DeleteTopicsRequest::Topic wanted) {
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
  auto removed = co_await services.broker.delete_topic(topic->name, broker::Origin::client);
  if (!removed) {
    answer.error_code = code_of(removed.error());
    answer.error_message = removed.error().message;
  }
  co_return answer;
}

runtime::Awaitable<DeleteTopicsResponse> handle(Services services, RequestContext,
                                                DeleteTopicsRequest request) {
  for (const auto name : request.topic_names) {
    request.topics.push_back({.name = name, .topic_id = {}});
  }
  DeleteTopicsResponse response;
  for (const auto& topic : request.topics) {
    response.topics.push_back(co_await remove(services, topic));
  }
  co_return response;
}

}  // namespace

Result<PendingAnswer> delete_topics(const Services& services, RequestContext context) {
  return deferred<DeleteTopicsRequest>(services, std::move(context), handle);
}

}  // namespace tarn::kafka_server
