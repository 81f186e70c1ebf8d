#include "edges/kafka_server/audit_log.h"

#include <utility>

#include "services/access/names.h"

namespace tarn::kafka_server {

void AuditLog::denied(const Denial& denial) {
  const std::string operation(to_string(denial.operation));
  const std::string type(to_string(denial.type));
  metrics_
      .counter("tarn_kafka_denied_total", "What clients were refused for want of a right.",
               {{"operation", operation}, {"resource", type}})
      .add();
  const auto now = clock_.monotonic();
  if (now - window_start_ >= kWindow) {
    window_start_ = now;
    told_.clear();
  }
  const std::string name(denial.name.substr(0, kShownBytes));
  std::string line = denial.caller.principal + '\n' + denial.caller.host + '\n' + operation + '\n' +
                     type + '\n' + name;
  if (told_.size() == kLinesMax || !told_.insert(std::move(line)).second) {
    ++left_out_;
    return;
  }
  logger_.warn("denied", {{"principal", denial.caller.principal},
                          {"host", denial.caller.host},
                          {"client_id", denial.client_id.substr(0, kShownBytes)},
                          {"api", denial.api},
                          {"operation", operation},
                          {"resource", type},
                          {"name", name},
                          {"left_out", std::exchange(left_out_, 0)}});
}

}  // namespace tarn::kafka_server
