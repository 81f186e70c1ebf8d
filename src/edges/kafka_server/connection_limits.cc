#include "edges/kafka_server/connection_limits.h"

#include <utility>

namespace tarn::kafka_server {

ConnectionLimits::ConnectionLimits(ConnectionLimitOptions options, QuotaMeter& meter,
                                   telemetry::Logger logger, const os::Clock& clock,
                                   telemetry::MetricRegistry& metrics)
    : options_(std::move(options)),
      meter_(meter),
      logger_(std::move(logger)),
      clock_(clock),
      refused_(metrics.counter("tarn_kafka_refused_connections_total",
                               "Connections above a limit, closed at once.")) {}

bool ConnectionLimits::enter(const std::string& address) {
  const std::string_view reason = reason_against(address);
  if (reason.empty()) {
    ++open_;
    ++by_address_[address];
    return true;
  }
  refused_.add();
  tell(address, reason);
  return false;
}

void ConnectionLimits::leave(const std::string& address) {
  --open_;
  const auto count = by_address_.find(address);
  if (count != by_address_.end() && --count->second == 0) by_address_.erase(count);
}

std::string_view ConnectionLimits::reason_against(const std::string& address) {
  if (open_ >= options_.max) return "there are too many connections";
  const auto own = options_.addresses.find(address);
  const size_t most = own == options_.addresses.end() ? options_.per_address_max : own->second;
  const auto count = by_address_.find(address);
  if ((count == by_address_.end() ? 0 : count->second) >= most) {
    return "there are too many connections from this address";
  }
  if (!meter_.admit_connection(address)) {
    return "this address connects more often than its quota connection_creation_rate allows";
  }
  return {};
}

void ConnectionLimits::tell(const std::string& address, std::string_view reason) {
  const auto now = clock_.monotonic();
  if (now - window_start_ >= kWindow) {
    window_start_ = now;
    told_.clear();
  }
  if (told_.size() == kAddressesTold || !told_.insert(address).second) {
    ++left_out_;
    return;
  }
  logger_.warn("connection refused",
               {{"peer", address}, {"reason", reason}, {"left_out", std::exchange(left_out_, 0)}});
}

}  // namespace tarn::kafka_server
