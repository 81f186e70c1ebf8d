#include "edges/kafka_server/unsent.h"

#include <algorithm>

namespace tarn::kafka_server {

namespace asio = boost::asio;

namespace {

const std::byte* end_of(const asio::const_buffer& buffer) {
  return static_cast<const std::byte*>(buffer.data()) + buffer.size();
}

}  // namespace

Unsent::Unsent(const kafka_protocol::Frame& frame) {
  for (const SharedBytes& piece : frame.pieces) {
    const BytesView bytes = piece.view();
    if (bytes.empty()) continue;
    if (!buffers_.empty() && end_of(buffers_.back()) == bytes.data()) {
      buffers_.back() = {buffers_.back().data(), buffers_.back().size() + bytes.size()};
    } else {
      buffers_.emplace_back(bytes.data(), bytes.size());
    }
  }
}

Unsent::Buffers Unsent::step() {
  step_.clear();
  size_t space = kStepBytes;
  for (size_t i = first_; i < buffers_.size() && space > 0 && step_.size() < kStepBuffers; ++i) {
    step_.push_back(asio::buffer(buffers_[i], space));
    space -= step_.back().size();
  }
  return step_;
}

void Unsent::advance(size_t bytes) {
  while (bytes > 0) {
    asio::const_buffer& next = buffers_[first_];
    const size_t sent = std::min(bytes, next.size());
    next += sent;
    bytes -= sent;
    if (next.size() == 0) ++first_;
  }
}

}  // namespace tarn::kafka_server
