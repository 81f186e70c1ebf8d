#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/leaders.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

// None is ever under way.
ListPartitionReassignmentsResponse handle(Services, RequestContext,
                                          ListPartitionReassignmentsRequest) {
  return {};
}

}  // namespace

Result<PendingAnswer> list_partition_reassignments(const Services& services,
                                                   RequestContext context) {
  return deferred<ListPartitionReassignmentsRequest>(services, std::move(context),
                                                     permits::kCluster, handle);
}

}  // namespace tarn::kafka_server
