// Numbers for Prometheus: counters, gauges, histograms, and the page that shows them
// (https://prometheus.io/docs/instrumenting/exposition_formats/, text format 0.0.4).
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tarn::telemetry {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Counter {
 public:
  void add(uint64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
  [[nodiscard]] uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

// Cumulative buckets with upper bounds, in the unit that the name says.
class Histogram {
 public:
  explicit Histogram(std::vector<double> upper_bounds);
  void observe(double value);

 private:
  friend class MetricRegistry;
  std::vector<double> bounds_;
  std::deque<std::atomic<uint64_t>> counts_;  // one more than bounds_: +Inf
  std::atomic<double> sum_{0};
};

// 10 microseconds to 10 seconds, three steps a decade.
std::vector<double> latency_seconds_buckets();

// Owns the metrics; what it hands out lives as long as it does. The same name and labels give the
// same metric. Any thread.
class MetricRegistry {
 public:
  Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram& histogram(const std::string& name, const std::string& help,
                       std::vector<double> upper_bounds, const Labels& labels = {});
  // Drops all gauges of a name, so that what no longer exists is no longer shown. For families that
  // a before_render() sets anew each time; references to these gauges end here.
  void clear_gauges(const std::string& name);
  // Called at each render() to set gauges that are cheaper to ask for than to keep; on the thread
  // that renders.
  void before_render(std::function<void()> refresh);

  [[nodiscard]] std::string render() const;

 private:
  template <class Metric>
  struct Family {
    std::string help;
    std::map<std::string, Metric> by_labels;  // rendered labels -> metric
  };

  mutable std::mutex mutex_;
  std::map<std::string, Family<Counter>> counters_;
  std::map<std::string, Family<Gauge>> gauges_;
  std::map<std::string, Family<Histogram>> histograms_;
  std::vector<std::function<void()>> refreshers_;
};

}  // namespace tarn::telemetry
