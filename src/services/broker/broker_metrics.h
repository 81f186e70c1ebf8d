// What the broker shows to Prometheus, under the names of the usual Kafka exporter, so that
// dashboards made for it work (https://github.com/danielqsj/kafka_exporter).
#pragma once

#include <memory>

#include "platform/telemetry/metrics.h"

namespace tarn::broker {

class Broker;

// Asks the broker at each rendering, on the I/O thread, until it is destroyed.
class BrokerMetrics {
 public:
  BrokerMetrics(const Broker& broker, telemetry::MetricRegistry& metrics);

 private:
  std::shared_ptr<const Broker*> broker_;
};

}  // namespace tarn::broker
