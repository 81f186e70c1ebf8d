// Producers at a fixed rate and one consumer, over librdkafka: how long a record takes from
// produce() to the consumer's hands.
// Usage: end_to_end_load broker=HOST:PORT topic=NAME partitions=N [rate=5000] [producers=1]
//        [bytes=1024] [seconds=10] [set.NAME=VALUE...]
// The rate is of all producers together. Prints one JSON object. It starts a second earlier, which
// does not count.
#include <atomic>
#include <cinttypes>
#include <cstring>
#include <thread>

#include "arguments.h"
#include "kafka_client.h"
#include "latencies.h"

namespace tarn::bench {
namespace {

class Run {
 public:
  explicit Run(const Arguments& arguments)
      : arguments_(arguments),
        topic_(arguments.text("topic")),
        bytes_(static_cast<size_t>(arguments.number("bytes", 1024))),
        seconds_(arguments.real("seconds", 10) + 1),
        producers_(static_cast<int>(arguments.number("producers", 1))) {}

  void run() {
    ClientSettings settings(arguments_);
    settings.set("group.id", "bench");
    settings.set("enable.auto.commit", "false");
    const Client consumer = make_client(RD_KAFKA_CONSUMER, settings);
    assign(consumer, topic_, static_cast<int>(arguments_.number("partitions", 1)), 0);
    start_ = Clock::now();
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < producers_; ++i) threads.emplace_back([this] { produce(); });
      consume(consumer);
    }
    rd_kafka_consumer_close(consumer.get());
    tell();
  }

 private:
  void produce() {
    ClientSettings settings(arguments_);
    settings.set("acks", "all");
    if (!arguments_.has("set.linger.ms")) settings.set("linger.ms", "0");
    const Client producer = make_client(RD_KAFKA_PRODUCER, settings);
    const auto pause = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(
        producers_ / static_cast<double>(arguments_.number("rate", 5000))));
    std::string value(bytes_, 'x');
    for (auto next = Clock::now(); seconds_since(start_) < seconds_; next += pause) {
      std::this_thread::sleep_until(next);
      // Of the moment it was due: a stalled producer does not hide what a record waits.
      const int64_t moment = next.time_since_epoch().count();
      std::memcpy(value.data(), &moment, sizeof moment);
      const auto error =
          rd_kafka_producev(producer.get(), RD_KAFKA_V_TOPIC(topic_.c_str()),
                            RD_KAFKA_V_VALUE(value.data(), value.size()),
                            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) ++sent_;
      rd_kafka_poll(producer.get(), 0);
    }
    rd_kafka_flush(producer.get(), 60'000);
    ++finished_;
  }

  void consume(const Client& consumer) {
    while (finished_ < producers_ || received_ < sent_) {
      rd_kafka_message_t* const message = rd_kafka_consumer_poll(consumer.get(), 2'000);
      if (message == nullptr) {
        if (finished_ == producers_) return;
        continue;
      }
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) take(*message);
      rd_kafka_message_destroy(message);
    }
  }

  void take(const rd_kafka_message_t& message) {
    int64_t moment = 0;
    std::memcpy(&moment, message.payload, sizeof moment);
    ++received_;
    const Clock::time_point due{Clock::duration(moment)};
    if (due - start_ > std::chrono::seconds(1)) latencies_.add(seconds_since(due));
  }

  void tell() {
    std::printf("{\"records\": %" PRId64 ", \"failed\": %" PRId64
                ", \"per_second\": %.0f, \"p50_ms\": %.3f, \"p99_ms\": %.3f}\n",
                received_, sent_ - received_, static_cast<double>(received_) / seconds_,
                latencies_.at(0.5), latencies_.at(0.99));
  }

  const Arguments& arguments_;
  std::string topic_;
  size_t bytes_;
  double seconds_;
  int producers_;
  Clock::time_point start_;
  std::atomic<int64_t> sent_ = 0;
  std::atomic<int> finished_ = 0;
  int64_t received_ = 0;
  Latencies latencies_;
};

}  // namespace
}  // namespace tarn::bench

int main(int count, char** words) {
  const tarn::bench::Arguments arguments(count, words);
  tarn::bench::Run(arguments).run();
}
