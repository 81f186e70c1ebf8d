// One librdkafka consumer of a whole topic: how many records a second, from the first to the last.
// Usage: consume_load broker=HOST:PORT topic=NAME partitions=N records=N [set.NAME=VALUE...]
// Prints one JSON object; ends early when nothing comes for 20 seconds.
#include <algorithm>
#include <array>
#include <cinttypes>
#include <span>

#include "arguments.h"
#include "kafka_client.h"
#include "latencies.h"

namespace tarn::bench {
namespace {

void run(const Arguments& arguments) {
  ClientSettings settings(arguments);
  settings.set("group.id", "bench");
  settings.set("enable.auto.commit", "false");
  settings.set("enable.auto.offset.store", "false");
  const Client consumer = make_client(RD_KAFKA_CONSUMER, settings);
  assign(consumer, arguments.text("topic"), static_cast<int>(arguments.number("partitions", 1)), 0);
  auto* const queue = rd_kafka_queue_get_consumer(consumer.get());

  const int64_t wanted = arguments.number("records", 1);
  std::array<rd_kafka_message_t*, 1'000> messages{};
  int64_t records = 0;
  uint64_t bytes = 0;
  Clock::time_point start;
  while (records < wanted) {
    // It waits until it has as many as are asked for.
    const size_t most = std::min(messages.size(), static_cast<size_t>(wanted - records));
    const ssize_t got = rd_kafka_consume_batch_queue(queue, 20'000, messages.data(), most);
    if (got <= 0) break;
    if (records == 0) start = Clock::now();
    for (auto* const message : std::span(messages).first(static_cast<size_t>(got))) {
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        ++records;
        bytes += message->len;
      }
      rd_kafka_message_destroy(message);
    }
  }
  const double seconds = seconds_since(start);
  rd_kafka_queue_destroy(queue);
  rd_kafka_consumer_close(consumer.get());
  std::printf("{\"records\": %" PRId64 ", \"failed\": %" PRId64
              ", \"per_second\": %.0f, \"mb_per_second\": %.1f}\n",
              records, wanted > records ? wanted - records : 0,
              static_cast<double>(records) / seconds, static_cast<double>(bytes) / seconds / 1e6);
}

}  // namespace
}  // namespace tarn::bench

int main(int count, char** words) {
  tarn::bench::run(tarn::bench::Arguments(count, words));
}
