#include "edges/kafka_server/quota_messages.h"

#include <algorithm>

namespace tarn::kafka_server {

using access::QuotaEntity;
using access::QuotaName;

Status check_quota_type(std::string_view type) {
  if (std::ranges::find(kQuotaTypes, type) != kQuotaTypes.end()) return {};
  return Error(ErrorCode::invalid_argument,
               "'" + std::string(type) + "' has no quotas; user, client-id and ip have");
}

const std::optional<QuotaName>& name_in(const QuotaEntity& entity, std::string_view type) {
  if (type == kQuotaTypes[0]) return entity.user;
  return type == kQuotaTypes[1] ? entity.client_id : entity.ip;
}

Result<QuotaEntity> entity_of(const kafka_protocol::AlterClientQuotasRequest::Entry& entry) {
  QuotaEntity entity;
  for (const auto& part : entry.entity) {
    TRY(check_quota_type(part.entity_type));
    auto& place = part.entity_type == kQuotaTypes[0]   ? entity.user
                  : part.entity_type == kQuotaTypes[1] ? entity.client_id
                                                       : entity.ip;
    if (place) return Error(ErrorCode::invalid_argument, "a type of entity is named twice");
    place.emplace();
    if (part.entity_name) place->text = std::string(*part.entity_name);
  }
  return entity;
}

}  // namespace tarn::kafka_server
