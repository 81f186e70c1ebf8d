#include "formats/kafka_protocol/describe_transactions.h"

#include <map>

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

DescribeTransactionsResponse::Transaction describe(
    const Guard& guard, const broker::TransactionDescription& description) {
  const broker::StoredTransaction& stored = description.transaction;
  DescribeTransactionsResponse::Transaction shown{
      .transactional_id = description.transactional_id,
      .transaction_state = std::string(to_string(stored.state)),
      .transaction_timeout_ms = static_cast<int32_t>(stored.timeout.count()),
      .transaction_start_time_ms = stored.started ? unix_millis(*stored.started) : -1,
      .producer_id = stored.producer.id.value(),
      .producer_epoch = stored.producer.epoch};
  std::map<TopicName, std::vector<int32_t>> topics;
  for (const auto& [topic, partition] : stored.partitions) {
    if (!guard.sees(ResourceType::topic, topic.value())) continue;
    topics[topic].push_back(partition.value());
  }
  for (auto& [topic, partitions] : topics) {
    shown.topics.push_back({.topic = topic.value(), .partitions = std::move(partitions)});
  }
  return shown;
}

DescribeTransactionsResponse handle(Services services, RequestContext context,
                                    DescribeTransactionsRequest request) {
  const auto& transactions = services.broker.transactions();
  DescribeTransactionsResponse response;
  const Guard guard(services, context);
  for (const std::string_view id : request.transactional_ids) {
    const auto found = transactions.describe(std::string(id));
    const auto error = transactions.status();
    if (error == broker::TransactionError::none && found) {
      response.transaction_states.push_back(describe(guard, *found));
      continue;
    }
    response.transaction_states.push_back(
        {.error_code = code_of(error == broker::TransactionError::none
                                   ? broker::TransactionError::transactional_id_not_found
                                   : error),
         .transactional_id = std::string(id)});
  }
  return response;
}

Rest permit(const Services&, const Guard& guard, DescribeTransactionsRequest& request,
            DescribeTransactionsResponse& refused) {
  permits::take_out(
      request.transactional_ids,
      [&](std::string_view id) { return guard.may(ResourceType::transactional_id, id); },
      [&](std::string_view id) {
        refused.transaction_states.push_back(
            {.error_code = code(KafkaError::transactional_id_authorization_failed),
             .transactional_id = std::string(id)});
      });
  return Rest::to_do;
}

}  // namespace

Result<PendingAnswer> describe_transactions(const Services& services, RequestContext context) {
  return deferred<DescribeTransactionsRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
