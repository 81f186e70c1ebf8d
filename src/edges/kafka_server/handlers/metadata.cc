#include "formats/kafka_protocol/metadata.h"

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

// Of one request.
struct Asking {
  Guard guard;
  bool may_create = false;
  bool with_operations = false;
};

MetadataResponse::Topic describe(const Services& services, const Asking& asking,
                                 const broker::Topic& topic) {
  MetadataResponse::Topic described{
      .name = topic.name.value(), .topic_id = topic.id, .is_internal = topic.is_internal()};
  if (asking.with_operations) {
    described.authorized_operations =
        asking.guard.operations(kTopicOperations, ResourceType::topic, topic.name.value());
  }
  for (int32_t i = 0; i < topic.partition_count(); ++i) {
    auto state = services.broker.partition_state({topic.name, PartitionId(i)});
    described.partitions.push_back({
        .error_code = state ? int16_t{0} : code_of(state.error()),
        .partition_index = i,
        .leader_id = services.node_id,
        .leader_epoch = state ? state->epoch.value() : -1,
        .replica_nodes = {services.node_id},
        .isr_nodes = {services.node_id},
        .offline_replicas = {},
    });
  }
  return described;
}

// Who may not describe a topic is told neither that it is there nor that it is not.
std::optional<MetadataResponse::Topic> deny(const Services& services, const Asking& asking,
                                            const MetadataRequest::Topic& wanted) {
  MetadataResponse::Topic denied{.topic_id = wanted.topic_id};
  if (!wanted.topic_id.is_zero()) {
    const auto* topic = services.broker.topics().find(wanted.topic_id);
    if (topic == nullptr || asking.guard.may(needs::kDescribeTopic, topic->name.value())) {
      return std::nullopt;
    }
    denied.error_code = code(KafkaError::unknown_topic_id);
    return denied;
  }
  denied.name = std::string(wanted.name.value_or(""));
  if (asking.guard.may(needs::kDescribeTopic, *denied.name)) return std::nullopt;
  denied.error_code = code(KafkaError::topic_authorization_failed);
  denied.is_internal = broker::is_internal(TopicName(*denied.name));
  return denied;
}

bool may_make(const Guard& guard, const std::string& name) {
  return guard.sees(needs::kCreateInCluster, access::kClusterName) ||
         guard.may(needs::kCreateTopic, name);
}

// The topic as it is, or as it is made now where client and broker allow it.
runtime::Awaitable<MetadataResponse::Topic> look_up(Services services, Asking asking,
                                                    MetadataRequest::Topic wanted) {
  if (auto denied = deny(services, asking, wanted)) co_return *std::move(denied);
  const std::string name(wanted.name.value_or(""));
  if (const auto* topic = find_topic(services, name, wanted.topic_id)) {
    co_return describe(services, asking, *topic);
  }
  MetadataResponse::Topic unknown{.error_code = code_of_unknown(wanted.topic_id),
                                  .name = wanted.name ? std::optional(name) : std::nullopt,
                                  .topic_id = wanted.topic_id};
  if (!wanted.topic_id.is_zero()) co_return unknown;
  if (auto good = broker::check_topic_name(TopicName(name)); !good) {
    unknown.error_code = code_of(good.error());
    co_return unknown;
  }
  if (!asking.may_create || broker::is_internal(TopicName(name))) co_return unknown;
  if (!may_make(asking.guard, name)) {
    unknown.error_code = code(KafkaError::topic_authorization_failed);
    co_return unknown;
  }
  auto made = co_await services.broker.ensure_topic({.name = TopicName(name)});
  if (made) co_return describe(services, asking, *made);
  unknown.error_code = code_of(made.error());
  co_return unknown;
}

runtime::Awaitable<MetadataResponse> handle(Services services, RequestContext context,
                                            MetadataRequest request) {
  MetadataResponse response{
      .brokers = {{.node_id = services.node_id,
                   .host = context.self.host,
                   .port = context.self.port}},
      .cluster_id = services.cluster_id,
      .controller_id = services.node_id,
  };
  const Asking asking{.guard = Guard(services, context),
                      .may_create = request.allow_auto_topic_creation &&
                                    services.broker.options().auto_create == broker::AutoCreate::on,
                      .with_operations = request.include_topic_authorized_operations};
  if (request.include_cluster_authorized_operations) {
    response.cluster_authorized_operations = cluster_operations(asking.guard);
  }
  const bool all = !request.topics || (context.version == 0 && request.topics->empty());
  if (all) {
    for (const auto& [name, topic] : services.broker.topics().all()) {
      if (!asking.guard.sees(needs::kDescribeTopic, name.value())) continue;
      response.topics.push_back(describe(services, asking, topic));
    }
    co_return response;
  }
  for (const auto& wanted : *request.topics) {
    response.topics.push_back(co_await look_up(services, asking, wanted));
  }
  co_return response;
}

}  // namespace

Result<PendingAnswer> metadata(const Services& services, RequestContext context) {
  return deferred<MetadataRequest>(services, std::move(context), permits::kOpen, handle);
}

}  // namespace tarn::kafka_server
