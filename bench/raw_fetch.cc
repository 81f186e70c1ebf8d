// Fetches and discards: how fast a broker gives records out when the client costs next to nothing.
// Usage: raw_fetch broker=HOST:PORT topic=NAME partitions=N [connections=1]
//        [records=N] (end after so many) [seconds=N] (end then; 60)
// Partitions are shared out among the connections, each waits for at most 500 ms for records.
// Without records it only waits until the time is over. Prints one JSON object.
#include <atomic>
#include <cinttypes>
#include <thread>

#include "arguments.h"
#include "formats/record/batch_header.h"
#include "latencies.h"
#include "raw_connection.h"

namespace tarn::bench {
namespace {

constexpr int16_t kFetch = 1;
constexpr int16_t kVersion = 11;
constexpr int32_t kWaitMillis = 500;
constexpr int32_t kAnswerBytes = 50 << 20;
constexpr int32_t kPartitionBytes = 1 << 20;

struct Totals {
  std::atomic<int64_t> records = 0;
  std::atomic<int64_t> bytes = 0;
  std::atomic<int64_t> answers = 0;
  std::atomic<int64_t> failed = 0;
};

class Reader {
 public:
  Reader(const Arguments& arguments, int number, Totals& totals)
      : connection_(arguments.text("broker")), topic_(arguments.text("topic")), totals_(totals) {
    const int64_t partitions = arguments.number("partitions", 1);
    const int64_t connections = arguments.number("connections", 1);
    for (int64_t i = number % partitions; i < partitions; i += connections) {
      next_[static_cast<int32_t>(i)] = 0;
    }
  }

  void fetch() {
    connection_.send(framed(fetch_request().view()));
    ByteReader answer(connection_.receive());
    answer.read_i32();                             // correlation
    answer.read_i32();                             // throttle
    if (answer.read_i16() != 0) ++totals_.failed;  // of the whole answer
    answer.read_i32();                             // session
    const int32_t topics = answer.read_i32();
    for (int32_t i = 0; i < topics; ++i) {
      read_string(answer);
      const int32_t partitions = answer.read_i32();
      for (int32_t j = 0; j < partitions; ++j) take_partition(answer);
    }
    if (answer.failed()) throw std::runtime_error("a bad answer");
    ++totals_.answers;
  }

 private:
  ByteWriter fetch_request() const {
    ByteWriter writer = request(kFetch, kVersion);
    writer.write_i32(-1);  // no replica
    writer.write_i32(kWaitMillis);
    writer.write_i32(1);  // byte at least
    writer.write_i32(kAnswerBytes);
    writer.write_i8(0);    // read uncommitted
    writer.write_i32(0);   // no session
    writer.write_i32(-1);  // and none wanted
    writer.write_i32(1);
    write_string(writer, topic_);
    writer.write_i32(static_cast<int32_t>(next_.size()));
    for (const auto& [partition, offset] : next_) {
      writer.write_i32(partition);
      writer.write_i32(-1);  // any leader epoch
      writer.write_i64(offset);
      writer.write_i64(-1);
      writer.write_i32(kPartitionBytes);
    }
    writer.write_i32(0);  // nothing forgotten
    write_string(writer, "");
    return writer;
  }

  void take_partition(ByteReader& answer) {
    const int32_t partition = answer.read_i32();
    if (answer.read_i16() != 0) ++totals_.failed;
    for (int field = 0; field < 3; ++field) answer.read_i64();  // high watermark and others
    const int32_t aborted = answer.read_i32();
    for (int32_t i = 0; i < 2 * aborted; ++i) answer.read_i64();
    answer.read_i32();  // preferred replica
    const int32_t length = answer.read_i32();
    if (length > 0) take(partition, answer.read_bytes(static_cast<uint64_t>(length)));
  }

  // Only the headers are looked at; the last batch may be cut off.
  void take(int32_t partition, BytesView records) {
    totals_.bytes += std::ssize(records);
    while (records.size() >= record::kBatchHeaderBytes) {
      const auto header = record::read_batch_header(records);
      if (!header || header->total_bytes > records.size()) return;
      next_[partition] = header->next_offset().value();
      totals_.records += header->record_count;
      records = records.subspan(header->total_bytes);
    }
  }

  RawConnection connection_;
  std::string topic_;
  Totals& totals_;
  std::map<int32_t, int64_t> next_;
};

void run(const Arguments& arguments) {
  const int64_t wanted = arguments.number("records", INT64_MAX);
  const double most = arguments.real("seconds", 60);
  Totals totals;
  const auto start = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < arguments.number("connections", 1); ++i) {
      threads.emplace_back([&arguments, &totals, i, wanted, most, start] {
        Reader reader(arguments, i, totals);
        while (totals.records < wanted && seconds_since(start) < most) reader.fetch();
      });
    }
  }
  const double seconds = seconds_since(start);
  const int64_t missing = arguments.has("records") ? wanted - totals.records : 0;
  std::printf("{\"records\": %" PRId64 ", \"failed\": %" PRId64 ", \"answers\": %" PRId64
              ", \"per_second\": %.0f, \"mb_per_second\": %.1f}\n",
              totals.records.load(), totals.failed + std::max(int64_t{0}, missing),
              totals.answers.load(), static_cast<double>(totals.records) / seconds,
              static_cast<double>(totals.bytes) / seconds / 1e6);
}

}  // namespace
}  // namespace tarn::bench

int main(int count, char** words) {
  tarn::bench::run(tarn::bench::Arguments(count, words));
}
