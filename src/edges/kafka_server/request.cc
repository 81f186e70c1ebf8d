#include "edges/kafka_server/request.h"

#include "base/check.h"

namespace tarn::kafka_server {

MutableBytes ReceivedFrame::part(BytesView inside) const {
  if (inside.empty()) return {};
  const auto position = static_cast<size_t>(inside.data() - bytes_.get());
  check(position + inside.size() <= size_, "a part of this frame");
  if (inside.size() < size_ / kSharedPart) return MutableBytes(Bytes(inside.begin(), inside.end()));
  return {bytes_, space().subspan(position, inside.size())};
}

}  // namespace tarn::kafka_server
