// Sends batches that were encoded beforehand: what a broker takes when the client costs nothing.
// Usage: raw_produce broker=HOST:PORT topic=NAME partitions=N [bytes=1024] [batch=16] (records)
//        [connections=1] [in_flight=5] [spread=1] (partitions in one request) [seconds=10]
//        [records=N] (end after so many, whatever the time)
// Every request has acks=all. Prints one JSON object; p50 and p99 are of requests.
#include <atomic>
#include <cinttypes>
#include <deque>
#include <thread>

#include "arguments.h"
#include "encoded_produce.h"
#include "latencies.h"
#include "raw_connection.h"

namespace tarn::bench {
namespace {

struct Load {
  ProduceShape shape;
  int64_t in_flight;
  double seconds;
  int64_t records;
};

class Sender {
 public:
  Sender(const std::string& broker, const Load& load, int number, std::atomic<int64_t>& left)
      : load_(load),
        connection_(broker),
        request_(load.shape, number % load.shape.partitions),
        left_(left) {}

  void run() {
    const auto start = Clock::now();
    while (seconds_since(start) < load_.seconds && claim()) {
      connection_.send(request_.next());
      sent_.push_back(Clock::now());
      if (std::ssize(sent_) >= load_.in_flight) take_answer();
    }
    while (!sent_.empty()) take_answer();
  }

  [[nodiscard]] const Latencies& latencies() const { return latencies_; }
  [[nodiscard]] int64_t batches() const { return batches_; }
  [[nodiscard]] int64_t failed() const { return failed_; }

 private:
  bool claim() { return left_.fetch_sub(load_.shape.records()) > 0; }

  void take_answer() {
    const auto answer = read_produce_answer(connection_.receive());
    latencies_.add(seconds_since(sent_.front()));
    sent_.pop_front();
    if (answer.taken + answer.refused != load_.shape.spread) throw std::runtime_error("bad answer");
    batches_ += answer.taken;
    failed_ += answer.refused;
  }

  const Load& load_;
  RawConnection connection_;
  EncodedProduce request_;
  std::atomic<int64_t>& left_;
  std::deque<Clock::time_point> sent_;
  Latencies latencies_;
  int64_t batches_ = 0;
  int64_t failed_ = 0;
};

void run(const Arguments& arguments, const Load& load) {
  std::atomic<int64_t> left = load.records;
  std::vector<std::unique_ptr<Sender>> senders;
  const int64_t connections = arguments.number("connections", 1);
  for (int i = 0; i < connections; ++i) {
    senders.push_back(std::make_unique<Sender>(arguments.text("broker"), load, i, left));
  }
  const auto start = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (auto& sender : senders) threads.emplace_back([&sender] { sender->run(); });
  }
  const double seconds = seconds_since(start);
  Latencies all;
  int64_t records = 0;
  int64_t failed = 0;
  for (const auto& sender : senders) {
    all.add(sender->latencies());
    records += sender->batches() * load.shape.batch;
    failed += sender->failed() * load.shape.batch;
  }
  const double rate = static_cast<double>(records) / seconds;
  std::printf("{\"records\": %" PRId64 ", \"failed\": %" PRId64
              ", \"per_second\": %.0f, \"mb_per_second\": %.1f, "
              "\"p50_ms\": %.3f, \"p99_ms\": %.3f}\n",
              records, failed, rate, rate * static_cast<double>(load.shape.bytes) / 1e6,
              all.at(0.5), all.at(0.99));
}

}  // namespace
}  // namespace tarn::bench

int main(int count, char** words) {
  const tarn::bench::Arguments arguments(count, words);
  tarn::bench::run(arguments, {.shape = tarn::bench::produce_shape(arguments),
                               .in_flight = arguments.number("in_flight", 5),
                               .seconds = arguments.real("seconds", 10),
                               .records = arguments.number("records", INT64_MAX / 2)});
}
