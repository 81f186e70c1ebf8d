// Kafka's codes for what the broker refuses.
#pragma once

#include <string>

#include "formats/kafka_protocol/error_code.h"
#include "services/broker/answer.h"
#include "services/broker/group_requests.h"
#include "services/broker/transaction_requests.h"

namespace tarn::kafka_server {

kafka_protocol::KafkaError to_kafka(broker::Reason reason);
kafka_protocol::KafkaError to_kafka(broker::GroupError error);
kafka_protocol::KafkaError to_kafka(broker::TransactionError error);

// The number that goes into a message.
inline int16_t code_of(const broker::Refusal& refusal) {
  return kafka_protocol::code(to_kafka(refusal.reason));
}
inline int16_t code_of(broker::GroupError error) {
  return kafka_protocol::code(to_kafka(error));
}
inline int16_t code_of(broker::TransactionError error) {
  return kafka_protocol::code(to_kafka(error));
}

}  // namespace tarn::kafka_server
