#include <algorithm>

#include "edges/kafka_server/handler.h"
#include "edges/kafka_server/quota_messages.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using Component = DescribeClientQuotasRequest::Component;

Status check(const DescribeClientQuotasRequest& request) {
  std::vector<std::string_view> types;
  for (const auto& component : request.components) {
    if (std::ranges::find(types, component.entity_type) != types.end()) {
      return Error(ErrorCode::invalid_argument, "a type of entity is named twice");
    }
    types.push_back(component.entity_type);
    TRY(check_quota_type(component.entity_type));
    const auto match = static_cast<QuotaMatch>(component.match_type);
    if (match < QuotaMatch::exact || match > QuotaMatch::any) {
      return Error(ErrorCode::invalid_argument, "an unknown type of match");
    }
    if ((match == QuotaMatch::exact) != component.match.has_value()) {
      return Error(ErrorCode::invalid_argument, "a name belongs to an exact match, and only there");
    }
  }
  return {};
}

bool fits(const Component& component, const access::QuotaEntity& entity) {
  const auto& name = name_in(entity, component.entity_type);
  if (!name) return false;
  switch (static_cast<QuotaMatch>(component.match_type)) {
    case QuotaMatch::exact:
      return name->text == component.match;
    case QuotaMatch::standard:
      return !name->text;
    case QuotaMatch::any:
      return true;
  }
  return false;
}

bool is_wanted(const DescribeClientQuotasRequest& request, const access::QuotaEntity& entity) {
  size_t parts = 0;
  for (const auto type : kQuotaTypes) parts += name_in(entity, type) ? 1 : 0;
  if (request.strict && parts != request.components.size()) return false;
  return std::ranges::all_of(request.components,
                             [&](const Component& one) { return fits(one, entity); });
}

DescribeClientQuotasResponse::Entry describe(const access::QuotaEntity& entity,
                                             const access::QuotaValues& values) {
  DescribeClientQuotasResponse::Entry entry;
  for (const auto type : kQuotaTypes) {
    if (const auto& name = name_in(entity, type)) {
      entry.entity.push_back({.entity_type = std::string(type), .entity_name = name->text});
    }
  }
  for (const auto& [kind, value] : values) {
    entry.values.push_back({.key = std::string(to_string(kind)), .value = value});
  }
  return entry;
}

DescribeClientQuotasResponse handle(Services services, RequestContext,
                                    DescribeClientQuotasRequest request) {
  DescribeClientQuotasResponse response;
  if (auto fine = check(request); !fine) {
    response.error_code = code(KafkaError::invalid_request);
    response.error_message = fine.error().message();
    return response;
  }
  auto& entries = response.entries.emplace();
  for (const auto& [entity, values] : services.quotas.quotas().table().all()) {
    if (is_wanted(request, entity)) entries.push_back(describe(entity, values));
  }
  return response;
}

}  // namespace

Result<PendingAnswer> describe_client_quotas(const Services& services, RequestContext context) {
  return deferred<DescribeClientQuotasRequest>(services, std::move(context), permits::kCluster,
                                               handle);
}

}  // namespace tarn::kafka_server
