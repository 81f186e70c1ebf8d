// Log lines about what clients do wrong, so few that nobody can fill a disk with them.
#pragma once

#include <initializer_list>
#include <string_view>

#include "platform/os/clock.h"
#include "platform/telemetry/logger.h"

namespace tarn::kafka_server {

// At most kLinesMax lines in kWindow; the next line tells how many were left out. I/O thread.
class Complaints {
 public:
  Complaints(telemetry::Logger logger, const os::Clock& clock)
      : logger_(std::move(logger)), clock_(clock) {}

  // peer: who; reason: what was wrong.
  void complain(std::string_view sentence, std::string_view peer, std::string_view reason);

  static constexpr int kLinesMax = 10;
  static constexpr Millis kWindow = std::chrono::seconds(10);

 private:
  telemetry::Logger logger_;
  const os::Clock& clock_;
  os::MonotonicTime window_start_{};
  int lines_ = 0;
  int left_out_ = 0;
};

}  // namespace tarn::kafka_server
