#include "platform/telemetry/metrics.h"

#include <algorithm>

#include <fmt/format.h>

namespace tarn::telemetry {
namespace {

std::string render_labels(const Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    if (!text.empty()) text += ',';
    text += name + "=\"";
    for (char c : value) {
      if (c == '\\' || c == '"') text += '\\';
      if (c == '\n') {
        text += "\\n";
      } else {
        text += c;
      }
    }
    text += '"';
  }
  return text;
}

void append_head(std::string& page, const std::string& name, const std::string& help,
                 std::string_view type) {
  page += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

std::string in_braces(const std::string& labels) {
  return labels.empty() ? "" : "{" + labels + "}";
}

}  // namespace

Histogram::Histogram(std::vector<double> upper_bounds)
    : bounds_(std::move(upper_bounds)), counts_(bounds_.size() + 1) {}

void Histogram::observe(double value) {
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  counts_[static_cast<size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::vector<double> latency_seconds_buckets() {
  return {0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01,
          0.02,    0.05,    0.1,     0.2,    0.5,    1,      2,     5,     10};
}

Counter& MetricRegistry::counter(const std::string& name, const std::string& help,
                                 const Labels& labels) {
  std::lock_guard lock(mutex_);
  auto& family = counters_[name];
  family.help = help;
  return family.by_labels[render_labels(labels)];
}

Gauge& MetricRegistry::gauge(const std::string& name, const std::string& help,
                             const Labels& labels) {
  std::lock_guard lock(mutex_);
  auto& family = gauges_[name];
  family.help = help;
  return family.by_labels[render_labels(labels)];
}

Histogram& MetricRegistry::histogram(const std::string& name, const std::string& help,
                                     std::vector<double> upper_bounds, const Labels& labels) {
  std::lock_guard lock(mutex_);
  auto& family = histograms_[name];
  family.help = help;
  return family.by_labels.try_emplace(render_labels(labels), std::move(upper_bounds)).first->second;
}

void MetricRegistry::clear_gauges(const std::string& name) {
  std::lock_guard lock(mutex_);
  gauges_.erase(name);
}

void MetricRegistry::before_render(std::function<void()> refresh) {
  std::lock_guard lock(mutex_);
  refreshers_.push_back(std::move(refresh));
}

std::string MetricRegistry::render() const {
  std::vector<std::function<void()>> refreshers;
  {
    std::lock_guard lock(mutex_);
    refreshers = refreshers_;
  }
  for (const auto& refresh : refreshers) refresh();

  std::lock_guard lock(mutex_);
  std::string page;
  for (const auto& [name, family] : counters_) {
    append_head(page, name, family.help, "counter");
    for (const auto& [labels, counter] : family.by_labels) {
      page += fmt::format("{}{} {}\n", name, in_braces(labels), counter.value());
    }
  }
  for (const auto& [name, family] : gauges_) {
    append_head(page, name, family.help, "gauge");
    for (const auto& [labels, gauge] : family.by_labels) {
      page += fmt::format("{}{} {}\n", name, in_braces(labels), gauge.value());
    }
  }
  for (const auto& [name, family] : histograms_) {
    append_head(page, name, family.help, "histogram");
    for (const auto& [labels, histogram] : family.by_labels) {
      const std::string before = labels.empty() ? "" : labels + ",";
      uint64_t count = 0;
      for (size_t i = 0; i < histogram.counts_.size(); ++i) {
        count += histogram.counts_[i].load(std::memory_order_relaxed);
        const std::string bound =
            i < histogram.bounds_.size() ? fmt::format("{}", histogram.bounds_[i]) : "+Inf";
        page += fmt::format("{}_bucket{{{}le=\"{}\"}} {}\n", name, before, bound, count);
      }
      page += fmt::format("{}_sum{} {}\n", name, in_braces(labels), histogram.sum_.load());
      page += fmt::format("{}_count{} {}\n", name, in_braces(labels), count);
    }
  }
  return page;
}

}  // namespace tarn::telemetry
