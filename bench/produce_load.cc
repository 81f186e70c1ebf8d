// Producers with acks=all over librdkafka: how many records a second, and how long each waits for
// its acknowledgement. Usage: produce_load BROKER TOPIC BYTES PRODUCERS SECONDS IN_FLIGHT [json]
// Prints one JSON object. With json the records are JSON objects with a numbered id.
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include <librdkafka/rdkafka.h>

#include "latencies.h"

namespace tarn::bench {
namespace {

struct Load {
  std::string broker;
  std::string topic;
  size_t bytes = 1024;
  int producers = 1;
  double seconds = 10;
  int64_t in_flight = 1000;
  bool json = false;
};

class Producer {
 public:
  Producer(const Load& load, int number) : load_(load), next_id_(int64_t{number} << 40) {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", load.broker);
    set(conf, "acks", "all");
    set(conf, "linger.ms", load.in_flight > 1 ? "1" : "0");
    set(conf, "queue.buffering.max.messages", "1000000");
    rd_kafka_conf_set_dr_msg_cb(conf, delivered);
    rd_kafka_conf_set_opaque(conf, this);
    char error[256];
    handle_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error));
    if (!handle_) throw std::runtime_error(error);
  }

  void run() {
    const auto start = Clock::now();
    while (seconds_since(start) < load_.seconds) {
      if (waiting_ < load_.in_flight) send();
      rd_kafka_poll(handle_.get(), waiting_ < load_.in_flight ? 0 : 1);
    }
    rd_kafka_flush(handle_.get(), 30'000);
  }

  [[nodiscard]] const Latencies& latencies() const { return latencies_; }
  [[nodiscard]] int64_t failed() const { return failed_; }

 private:
  static void set(rd_kafka_conf_t* conf, const char* key, const std::string& value) {
    char error[256];
    if (rd_kafka_conf_set(conf, key, value.c_str(), error, sizeof error) != RD_KAFKA_CONF_OK) {
      throw std::runtime_error(error);
    }
  }

  static void delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
    auto& self = *static_cast<Producer*>(opaque);
    const std::unique_ptr<Clock::time_point> sent(
        static_cast<Clock::time_point*>(message->_private));
    --self.waiting_;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++self.failed_;
    } else {
      self.latencies_.add(seconds_since(*sent));
    }
  }

  std::string record() {
    ++next_id_;
    std::string text = "{\"id\":" + std::to_string(next_id_) +
                       ",\"origin\":\"LHR\",\"delay\":" + std::to_string(next_id_ % 90) +
                       ",\"note\":\"";
    const size_t rest = text.size() + 2 < load_.bytes ? load_.bytes - text.size() - 2 : 0;
    return text.append(rest, 'x') + "\"}";
  }

  void send() {
    if (load_.json || value_.empty()) value_ = record();
    auto* const sent = new Clock::time_point(Clock::now());  // delivered() takes it up
    const auto error = rd_kafka_producev(handle_.get(), RD_KAFKA_V_TOPIC(load_.topic.c_str()),
                                         RD_KAFKA_V_VALUE(value_.data(), value_.size()),
                                         RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                         RD_KAFKA_V_OPAQUE(sent), RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++waiting_;
    } else {
      delete sent;
    }
  }

  struct Close {
    void operator()(rd_kafka_t* handle) const { rd_kafka_destroy(handle); }
  };

  const Load& load_;
  std::unique_ptr<rd_kafka_t, Close> handle_;
  Latencies latencies_;
  std::string value_;
  int64_t waiting_ = 0;
  int64_t failed_ = 0;
  int64_t next_id_;
};

void run(const Load& load) {
  std::vector<std::unique_ptr<Producer>> producers;
  for (int i = 0; i < load.producers; ++i) producers.push_back(std::make_unique<Producer>(load, i));
  const auto start = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (auto& producer : producers) threads.emplace_back([&producer] { producer->run(); });
  }
  const double seconds = seconds_since(start);
  Latencies all;
  int64_t failed = 0;
  for (const auto& producer : producers) {
    all.add(producer->latencies());
    failed += producer->failed();
  }
  const double rate = static_cast<double>(all.count()) / seconds;
  std::printf(
      "{\"records\": %zu, \"failed\": %lld, \"per_second\": %.0f, \"mb_per_second\": %.1f, "
      "\"p50_ms\": %.3f, \"p99_ms\": %.3f}\n",
      all.count(), static_cast<long long>(failed), rate,
      rate * static_cast<double>(load.bytes) / 1e6, all.at(0.5), all.at(0.99));
}

}  // namespace
}  // namespace tarn::bench

int main(int count, char** words) {
  if (count < 7) {
    std::fprintf(stderr, "produce_load BROKER TOPIC BYTES PRODUCERS SECONDS IN_FLIGHT [json]\n");
    return 2;
  }
  tarn::bench::run({.broker = words[1],
                    .topic = words[2],
                    .bytes = std::stoul(words[3]),
                    .producers = std::stoi(words[4]),
                    .seconds = std::stod(words[5]),
                    .in_flight = std::stoll(words[6]),
                    .json = count > 7});
}
