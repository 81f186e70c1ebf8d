#include "platform/telemetry/metrics.h"

#include <gtest/gtest.h>

namespace tarn::telemetry {
namespace {

TEST(Metrics, APageInPrometheusText) {
  MetricRegistry registry;
  registry.counter("tarn_records_total", "Records.", {{"topic", "a\"b"}}).add(3);
  registry.before_render([&] { registry.gauge("tarn_up", "Up.").set(1); });
  EXPECT_EQ(registry.render(),
            "# HELP tarn_records_total Records.\n# TYPE tarn_records_total counter\n"
            "tarn_records_total{topic=\"a\\\"b\"} 3\n"
            "# HELP tarn_up Up.\n# TYPE tarn_up gauge\ntarn_up 1\n");
}

TEST(Metrics, TheSameNameAndLabelsAreOneMetric) {
  MetricRegistry registry;
  registry.counter("c", "C.", {{"a", "1"}}).add(1);
  registry.counter("c", "C.", {{"a", "1"}}).add(1);
  EXPECT_EQ(registry.counter("c", "C.", {{"a", "1"}}).value(), 2U);
}

TEST(Metrics, GaugesOfANameCanBeSetAnew) {
  MetricRegistry registry;
  registry.gauge("tarn_partitions", "Partitions.", {{"topic", "gone"}}).set(1);
  registry.clear_gauges("tarn_partitions");
  registry.gauge("tarn_partitions", "Partitions.", {{"topic", "here"}}).set(2);
  EXPECT_EQ(registry.render().find("gone"), std::string::npos);
}

TEST(Metrics, BucketsAreCumulative) {
  MetricRegistry registry;
  auto& latency = registry.histogram("l", "L.", {1, 2});
  for (double value : {0.5, 1.0, 1.5, 9.0}) latency.observe(value);
  EXPECT_EQ(registry.render(),
            "# HELP l L.\n# TYPE l histogram\nl_bucket{le=\"1\"} 2\nl_bucket{le=\"2\"} 3\n"
            "l_bucket{le=\"+Inf\"} 4\nl_sum 12\nl_count 4\n");
}

}  // namespace
}  // namespace tarn::telemetry
