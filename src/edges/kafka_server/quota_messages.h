// Between quotas as messages have them and as services/access has them.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "formats/kafka_protocol/client_quotas.h"
#include "services/access/quota.h"

namespace tarn::kafka_server {

inline constexpr std::array<std::string_view, 3> kQuotaTypes{"user", "client-id", "ip"};

// Errors: invalid_argument.
Status check_quota_type(std::string_view type);
// The part of an entity that has this type, which is one of kQuotaTypes.
const std::optional<access::QuotaName>& name_in(const access::QuotaEntity& entity,
                                                std::string_view type);
Result<access::QuotaEntity> entity_of(const kafka_protocol::AlterClientQuotasRequest::Entry& entry);

}  // namespace tarn::kafka_server
