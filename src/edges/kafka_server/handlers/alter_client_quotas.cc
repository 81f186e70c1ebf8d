#include <set>

#include "edges/kafka_server/handler.h"
#include "edges/kafka_server/quota_messages.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using Wanted = AlterClientQuotasRequest::Entry;

AlterClientQuotasResponse::Entry answer_to(const Wanted& wanted) {
  AlterClientQuotasResponse::Entry answer;
  for (const auto& part : wanted.entity) {
    auto& shown = answer.entity.emplace_back();
    shown.entity_type = part.entity_type;
    if (part.entity_name) shown.entity_name = std::string(*part.entity_name);
  }
  return answer;
}

void refuse(AlterClientQuotasResponse::Entry& answer, KafkaError error, std::string message) {
  answer.error_code = code(error);
  answer.error_message = std::move(message);
}

Rest permit(const Services&, const Guard& guard, AlterClientQuotasRequest& request,
            AlterClientQuotasResponse& refused) {
  if (guard.may_cluster()) return Rest::to_do;
  for (const auto& wanted : request.entries) {
    auto& answer = refused.entries.emplace_back(answer_to(wanted));
    refuse(answer, KafkaError::cluster_authorization_failed,
           "quotas need ALTER_CONFIGS on the cluster");
  }
  return Rest::none;
}

Result<access::QuotaChange> change_of(const Wanted& wanted) {
  access::QuotaChange change{.entity = TRY(entity_of(wanted)), .values = {}};
  for (const auto& operation : wanted.operations) {
    auto& value = change.values[TRY(access::parse_quota_kind(operation.key))];
    value.reset();
    if (!operation.remove) value = operation.value;
  }
  TRY(access::check_change(change));
  return change;
}

runtime::Awaitable<AlterClientQuotasResponse> handle(Services services, RequestContext,
                                                     AlterClientQuotasRequest request) {
  AlterClientQuotasResponse response;
  std::vector<access::QuotaChange> changes;
  std::set<access::QuotaEntity> seen;
  for (const auto& wanted : request.entries) {
    auto& answer = response.entries.emplace_back(answer_to(wanted));
    auto change = change_of(wanted);
    if (!change) {
      refuse(answer, KafkaError::invalid_request, change.error().message());
    } else if (!seen.insert(change->entity).second) {
      refuse(answer, KafkaError::invalid_request, "the request names this entity more than once");
    } else {
      changes.push_back(*std::move(change));
    }
  }
  if (request.validate_only || changes.empty()) co_return response;
  const auto done = co_await services.quotas.quotas().alter(std::move(changes));
  if (done) co_return response;
  for (auto& answer : response.entries) {
    if (answer.error_code == 0) {
      refuse(answer, to_kafka(done.error().reason), done.error().message);
    }
  }
  co_return response;
}

}  // namespace

Result<PendingAnswer> alter_client_quotas(const Services& services, RequestContext context) {
  return deferred<AlterClientQuotasRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
