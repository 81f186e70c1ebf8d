#include "formats/kafka_protocol/metadata.h"

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

MetadataResponse::Topic describe(const Services& services, const broker::Topic& topic,
                                 bool with_operations) {
  MetadataResponse::Topic described{
      .name = topic.name.value(), .topic_id = topic.id, .is_internal = topic.is_internal()};
  if (with_operations) described.authorized_operations = kTopicOperations;
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

// The topic as it is, or as it is made now where client and broker allow it.
runtime::Awaitable<MetadataResponse::Topic> look_up(Services services,
                                                    MetadataRequest::Topic wanted, bool may_create,
                                                    bool with_operations) {
  const std::string name(wanted.name.value_or(""));
  if (const auto* topic = find_topic(services, name, wanted.topic_id)) {
    co_return describe(services, *topic, with_operations);
  }
  MetadataResponse::Topic unknown{.error_code = code_of_unknown(wanted.topic_id),
                                  .name = wanted.name ? std::optional(name) : std::nullopt,
                                  .topic_id = wanted.topic_id};
  if (!wanted.topic_id.is_zero()) co_return unknown;
  if (auto good = broker::check_topic_name(TopicName(name)); !good) {
    unknown.error_code = code_of(good.error());
    co_return unknown;
  }
  if (!may_create || broker::is_internal(TopicName(name))) co_return unknown;
  auto made = co_await services.broker.ensure_topic({.name = TopicName(name)});
  if (made) co_return describe(services, *made, with_operations);
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
  if (request.include_cluster_authorized_operations) {
    response.cluster_authorized_operations = kClusterOperations;
  }
  const bool with_operations = request.include_topic_authorized_operations;
  const bool all = !request.topics || (context.version == 0 && request.topics->empty());
  if (all) {
    for (const auto& [name, topic] : services.broker.topics().all()) {
      response.topics.push_back(describe(services, topic, with_operations));
    }
    co_return response;
  }
  const bool may_create = request.allow_auto_topic_creation &&
                          services.broker.options().auto_create == broker::AutoCreate::on;
  for (const auto& wanted : *request.topics) {
    response.topics.push_back(co_await look_up(services, wanted, may_create, with_operations));
  }
  co_return response;
}

}  // namespace

Result<PendingAnswer> metadata(const Services& services, RequestContext context) {
  return deferred<MetadataRequest>(services, std::move(context), handle);
}

}  // namespace tarn::kafka_server
