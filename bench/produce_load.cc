// Producers with acks=all over librdkafka: how many records a second, and how long each waits for
// its acknowledgement.
// Usage: produce_load broker=HOST:PORT topic=NAME [bytes=1024] [producers=1] [seconds=10]
//        [in_flight=1000] [json=1] [set.NAME=VALUE...]
// Prints one JSON object. With json the records are JSON objects with a numbered id.
#include <cinttypes>
#include <cstdlib>
#include <string>
#include <thread>

#include "arguments.h"
#include "kafka_client.h"
#include "latencies.h"

namespace tarn::bench {
namespace {

struct Load {
  std::string topic;
  size_t bytes;
  int producers;
  double seconds;
  int64_t in_flight;
  bool json;
};

class Producer {
 public:
  Producer(const Arguments& arguments, const Load& load, int number)
      : load_(load),
        moments_(static_cast<size_t>(load.in_flight)),
        next_id_(int64_t{number} << 40) {
    for (auto& moment : moments_) free_.push_back(&moment);
    ClientSettings settings(arguments);
    settings.set("acks", "all");
    if (!arguments.has("set.linger.ms")) settings.set("linger.ms", load.in_flight > 1 ? "1" : "0");
    settings.set("queue.buffering.max.messages", "1000000");
    rd_kafka_conf_set_dr_msg_cb(settings.get(), delivered);
    rd_kafka_conf_set_opaque(settings.get(), this);
    client_ = make_client(RD_KAFKA_PRODUCER, settings);
  }

  void run() {
    const auto start = Clock::now();
    while (seconds_since(start) < load_.seconds) {
      if (!free_.empty()) send();
      rd_kafka_poll(client_.get(), free_.empty() ? 1 : 0);
    }
    rd_kafka_flush(client_.get(), 60'000);
  }

  [[nodiscard]] const Latencies& latencies() const { return latencies_; }
  [[nodiscard]] int64_t failed() const { return failed_ + load_.in_flight - std::ssize(free_); }

 private:
  static void delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
    auto& self = *static_cast<Producer*>(opaque);
    auto* const sent = static_cast<Clock::time_point*>(message->_private);
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++self.failed_;
    } else {
      self.latencies_.add(seconds_since(*sent));
    }
    self.free_.push_back(sent);
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
    auto* const sent = free_.back();
    *sent = Clock::now();
    const auto error = rd_kafka_producev(client_.get(), RD_KAFKA_V_TOPIC(load_.topic.c_str()),
                                         RD_KAFKA_V_VALUE(value_.data(), value_.size()),
                                         RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                         RD_KAFKA_V_OPAQUE(sent), RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) free_.pop_back();
  }

  const Load& load_;
  Client client_;
  Latencies latencies_;
  std::string value_;
  std::vector<Clock::time_point> moments_;  // of sending, one for each record in flight
  std::vector<Clock::time_point*> free_;
  int64_t failed_ = 0;
  int64_t next_id_;
};

void run(const Arguments& arguments, const Load& load) {
  std::vector<std::unique_ptr<Producer>> producers;
  for (int i = 0; i < load.producers; ++i) {
    producers.push_back(std::make_unique<Producer>(arguments, load, i));
  }
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
  std::printf("{\"records\": %zu, \"failed\": %" PRId64
              ", \"per_second\": %.0f, \"mb_per_second\": %.1f, "
              "\"p50_ms\": %.3f, \"p99_ms\": %.3f}\n",
              all.count(), failed, rate, rate * static_cast<double>(load.bytes) / 1e6, all.at(0.5),
              all.at(0.99));
}

}  // namespace
}  // namespace tarn::bench

int main(int count, char** words) {
  const tarn::bench::Arguments arguments(count, words);
  tarn::bench::run(arguments, {.topic = arguments.text("topic"),
                               .bytes = static_cast<size_t>(arguments.number("bytes", 1024)),
                               .producers = static_cast<int>(arguments.number("producers", 1)),
                               .seconds = arguments.real("seconds", 10),
                               .in_flight = arguments.number("in_flight", 1000),
                               .json = arguments.has("json")});
}
