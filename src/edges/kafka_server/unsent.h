// What of an answer is still to be sent.
#pragma once

#include <span>
#include <vector>

#include <boost/asio/buffer.hpp>

#include "formats/kafka_protocol/encoder.h"

namespace tarn::kafka_server {

// Goes through a frame in steps that are large enough for few system calls and small enough for
// other connections to have their turn. Refers to the frame.
class Unsent {
 public:
  using Buffers = std::span<const boost::asio::const_buffer>;
  static constexpr size_t kStepBytes = 1 << 20;
  static constexpr size_t kStepBuffers = 64;  // Asio gives no more to one call

  // Pieces that lie one behind the other in memory become one buffer.
  explicit Unsent(const kafka_protocol::Frame& frame);

  // At most kStepBytes and kStepBuffers of what comes next; empty: all is sent. Valid until
  // advance().
  Buffers step();
  // As many bytes of the step went.
  void advance(size_t bytes);

 private:
  std::vector<boost::asio::const_buffer> buffers_;
  size_t first_ = 0;
  std::vector<boost::asio::const_buffer> step_;
};

}  // namespace tarn::kafka_server
