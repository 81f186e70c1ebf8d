// Who was refused what, for the operator.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "platform/os/clock.h"
#include "platform/telemetry/logger.h"
#include "platform/telemetry/metrics.h"
#include "services/access/acl.h"
#include "services/access/caller.h"

namespace tarn::kafka_server {

struct Denial {
  const access::Caller& caller;
  std::string_view client_id;
  std::string_view api;
  access::Operation operation;
  access::ResourceType type;
  std::string_view name;
};

// One line for each different denial in kWindow, and no more than kLinesMax: a client that is
// refused again and again neither fills a disk nor hides others. The next line after a pause tells
// how many were left out. Every denial is counted. I/O thread.
class AuditLog {
 public:
  AuditLog(telemetry::Logger logger, const os::Clock& clock, telemetry::MetricRegistry& metrics)
      : logger_(std::move(logger)), clock_(clock), metrics_(metrics) {}

  void denied(const Denial& denial);

  static constexpr size_t kLinesMax = 50;
  static constexpr Millis kWindow = std::chrono::seconds(10);
  static constexpr size_t kShownBytes = 200;  // of what a client has named

 private:
  telemetry::Logger logger_;
  const os::Clock& clock_;
  telemetry::MetricRegistry& metrics_;
  os::MonotonicTime window_start_{};
  std::set<std::string> told_;
  uint64_t left_out_ = 0;
};

}  // namespace tarn::kafka_server
