#include "formats/kafka_protocol/describe_cluster.h"

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

constexpr int8_t kBrokers = 1;

DescribeClusterResponse handle(Services services, RequestContext context,
                               DescribeClusterRequest request) {
  DescribeClusterResponse response{.endpoint_type = request.endpoint_type};
  if (request.endpoint_type != kBrokers) {
    response.error_code = code(KafkaError::mismatched_endpoint_type);
    response.error_message = "this is the endpoint of brokers";
    return response;
  }
  response.cluster_id = services.cluster_id;
  response.controller_id = services.node_id;
  response.brokers = {
      {.broker_id = services.node_id, .host = context.self.host, .port = context.self.port}};
  if (request.include_cluster_authorized_operations) {
    response.cluster_authorized_operations = cluster_operations(Guard(services, context));
  }
  return response;
}

}  // namespace

Result<PendingAnswer> describe_cluster(const Services& services, RequestContext context) {
  return deferred<DescribeClusterRequest>(services, std::move(context), permits::kOpen, handle);
}

}  // namespace tarn::kafka_server
