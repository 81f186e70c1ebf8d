#include "edges/kafka_server/complaints.h"

#include <utility>

namespace tarn::kafka_server {

void Complaints::complain(std::string_view sentence, std::string_view peer,
                          std::string_view reason) {
  const auto now = clock_.monotonic();
  if (now - window_start_ >= kWindow) {
    window_start_ = now;
    lines_ = 0;
  }
  if (lines_ == kLinesMax) {
    ++left_out_;
    return;
  }
  ++lines_;
  const int left_out = std::exchange(left_out_, 0);
  if (left_out == 0) {
    logger_.warn(sentence, {{"peer", peer}, {"reason", reason}});
  } else {
    logger_.warn(sentence, {{"peer", peer}, {"reason", reason}, {"left_out", left_out}});
  }
}

}  // namespace tarn::kafka_server
