#include "edges/kafka_server/guard.h"

#include <algorithm>

#include "base/check.h"
#include "edges/kafka_server/audit_log.h"
#include "formats/kafka_protocol/error_code.h"

namespace tarn::kafka_server {

using kafka_protocol::code;
using kafka_protocol::KafkaError;

Guard::Guard(const Services& services, const RequestContext& context)
    : authorization_(services.authorization), version_(context.version) {
  if (authorization_ == nullptr) return;
  row_ = context.row;
  caller_ = context.caller;
  client_id_ = context.client_id;
}

bool Guard::ask(Need need, std::string_view name, Report report) const {
  const auto verdict =
      authorization_->acls.list().judge(*caller_, need.operation, {need.type, std::string(name)});
  if (verdict == access::Verdict::allowed) return true;
  if (report == Report::told) tell(need, name);
  return false;
}

bool Guard::ask_row(ResourceType type, std::string_view name, Report report) const {
  const Need* last = nullptr;
  for (const Need& need : row_->needs.all()) {
    if (need.type != type) continue;
    if (ask(need, name, Report::silent)) return true;
    last = &need;
  }
  check(last != nullptr, "the row of the API has a need of the type");
  if (report == Report::told) tell(*last, name);
  return false;
}

bool Guard::may_any(Need need) const {
  if (!is_on()) return true;
  const auto verdict = authorization_->acls.list().judge_any(*caller_, need.operation, need.type);
  if (verdict == access::Verdict::allowed) return true;
  tell(need, access::kAnyName);
  return false;
}

int32_t Guard::operations(int32_t possible, ResourceType type, std::string_view name) const {
  if (!is_on()) return possible;
  int32_t allowed = 0;
  for (int bit = 0; bit < 31; ++bit) {
    const int32_t mask = 1 << bit;
    if ((possible & mask) == 0) continue;
    if (sees({static_cast<access::Operation>(bit), type}, name)) allowed |= mask;
  }
  return allowed;
}

void Guard::tell(Need need, std::string_view name) const {
  authorization_->audit.denied({.caller = *caller_,
                                .client_id = client_id_,
                                .api = row_->api.name,
                                .operation = need.operation,
                                .type = need.type,
                                .name = name});
}

KafkaError denial_of(ResourceType type) {
  switch (type) {
    case ResourceType::topic:
      return KafkaError::topic_authorization_failed;
    case ResourceType::group:
      return KafkaError::group_authorization_failed;
    case ResourceType::transactional_id:
      return KafkaError::transactional_id_authorization_failed;
    default:
      return KafkaError::cluster_authorization_failed;
  }
}

int16_t topic_denial(const Guard& guard, const Services& services, std::string_view name,
                     const Uuid& id) {
  if (!guard.is_on()) return 0;
  if (id.is_zero()) {
    return guard.may(ResourceType::topic, name) ? 0 : code(denial_of(ResourceType::topic));
  }
  const auto* topic = services.broker.topics().find(id);
  if (topic == nullptr || guard.may(ResourceType::topic, topic->name.value())) return 0;
  const bool is_known = guard.sees(needs::kDescribeTopic, topic->name.value());
  return code(is_known ? denial_of(ResourceType::topic) : KafkaError::unknown_topic_id);
}

}  // namespace tarn::kafka_server
