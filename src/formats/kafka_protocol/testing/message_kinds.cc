#include "formats/kafka_protocol/testing/message_kinds.h"

#include "formats/kafka_protocol/testing/kinds_of_keys.h"

namespace tarn::kafka_protocol::testing {

std::vector<MessageKind> message_kinds() {
  std::vector<MessageKind> kinds;
  add_kinds_of_keys<0, kSecondPart>(kinds);
  add_second_kinds(kinds);
  return kinds;
}

}  // namespace tarn::kafka_protocol::testing
