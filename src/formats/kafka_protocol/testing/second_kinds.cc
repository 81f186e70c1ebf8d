#include "formats/kafka_protocol/testing/kinds_of_keys.h"

namespace tarn::kafka_protocol::testing {

void add_second_kinds(std::vector<MessageKind>& kinds) {
  add_kinds_of_keys<kSecondPart, INT16_MAX>(kinds);
}

}  // namespace tarn::kafka_protocol::testing
