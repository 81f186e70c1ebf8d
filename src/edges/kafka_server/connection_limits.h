// How many connections are taken, in all and from one address.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "edges/kafka_server/quota_meter.h"
#include "platform/os/clock.h"
#include "platform/telemetry/logger.h"
#include "platform/telemetry/metrics.h"

namespace tarn::kafka_server {

struct ConnectionLimitOptions {
  size_t max = 4000;
  size_t per_address_max = SIZE_MAX;
  std::map<std::string, size_t> addresses = {};  // those with a limit of their own
};

// Counts the open connections. Who is turned away is told of once in kWindow for each address, and
// for few addresses, so that nobody fills a disk by connecting. I/O thread.
class ConnectionLimits {
 public:
  ConnectionLimits(ConnectionLimitOptions options, QuotaMeter& meter, telemetry::Logger logger,
                   const os::Clock& clock, telemetry::MetricRegistry& metrics);

  // True: the connection counts until leave(). False: it is to be closed.
  bool enter(const std::string& address);
  void leave(const std::string& address);
  [[nodiscard]] size_t open() const { return open_; }

  static constexpr Millis kWindow = std::chrono::seconds(10);
  static constexpr size_t kAddressesTold = 10;

 private:
  // Empty: none.
  std::string_view reason_against(const std::string& address);
  void tell(const std::string& address, std::string_view reason);

  ConnectionLimitOptions options_;
  QuotaMeter& meter_;
  telemetry::Logger logger_;
  const os::Clock& clock_;
  telemetry::Counter& refused_;
  size_t open_ = 0;
  std::map<std::string, size_t> by_address_;
  os::MonotonicTime window_start_{};
  std::set<std::string> told_;
  uint64_t left_out_ = 0;
};

}  // namespace tarn::kafka_server
