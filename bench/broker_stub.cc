// Acknowledges without storing, and gives out the same batch again and again: what a client can do
// at most. Usage: broker_stub [port=0] [partitions=6] [bytes=1024] [batch=16] (records)
// Any topic exists and has so many partitions. Prints its port, serves until it is killed.
#include <cinttypes>
#include <thread>
#include <vector>

#include <sys/socket.h>

#include "arguments.h"
#include "formats/record/batch_builder.h"
#include "latencies.h"
#include "raw_connection.h"

namespace tarn::bench {
namespace {

enum Api : int16_t { kProduce = 0, kFetch = 1, kListOffsets = 2, kMetadata = 3, kApiVersions = 18 };

struct Supported {
  int16_t api, lowest, highest;
};
constexpr Supported kSupported[] = {{kProduce, 0, 7},
                                    {kFetch, 4, 11},
                                    {kListOffsets, 1, 1},
                                    {kMetadata, 4, 4},
                                    {kApiVersions, 0, 0}};
constexpr int64_t kEnd = INT64_MAX / 2;  // of every partition
constexpr size_t kGivenBytes = 1 << 20;  // of a partition in one answer
constexpr int16_t kUnsupportedVersion = 35;

class Stub {
 public:
  explicit Stub(const Arguments& arguments)
      : partitions_(static_cast<int32_t>(arguments.number("partitions", 6))),
        batch_(static_cast<int32_t>(arguments.number("batch", 16))) {
    record::BatchBuilder builder;
    const std::string value(static_cast<size_t>(arguments.number("bytes", 1024)), 'x');
    record::Record record;
    record.value = as_bytes(value);
    for (int32_t i = 0; i < batch_; ++i) builder.add(record);
    one_ = std::move(builder).finish();
    port_ = static_cast<uint16_t>(arguments.number("port", 0));
  }

  [[noreturn]] void run() {
    const int listener = listen_on(&port_);
    std::printf("%d\n", port_);
    std::fflush(stdout);
    std::vector<std::jthread> threads;
    while (true) {
      const int accepted = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (accepted < 0) continue;
      threads.emplace_back([this, accepted] { serve(RawConnection(accepted)); });
    }
  }

 private:
  void serve(RawConnection connection) {
    while (true) {
      const BytesView frame = connection.receive();
      if (frame.empty()) return;
      ByteReader request(frame);
      const int16_t api = request.read_i16();
      const int16_t version = request.read_i16();
      ByteWriter answer;
      answer.write_i32(request.read_i32());  // correlation
      read_string(request);                  // client id
      try {
        write_answer(api, version, request, answer);
        connection.send(framed(answer.view()));
      } catch (const std::exception&) {
        return;  // the client went away
      }
    }
  }

  void write_answer(int16_t api, int16_t version, ByteReader& request, ByteWriter& answer) const {
    switch (api) {
      case kProduce:
        return produce(version, request, answer);
      case kFetch:
        return fetch(version, request, answer);
      case kListOffsets:
        return list_offsets(request, answer);
      case kMetadata:
        return metadata(request, answer);
      case kApiVersions:
        return api_versions(version, answer);
      default:
        throw std::runtime_error("an API that the stub lacks");
    }
  }

  static void api_versions(int16_t version, ByteWriter& answer) {
    answer.write_i16(version == 0 ? 0 : kUnsupportedVersion);
    answer.write_i32(static_cast<int32_t>(std::size(kSupported)));
    for (const auto& [api, lowest, highest] : kSupported) {
      answer.write_i16(api);
      answer.write_i16(lowest);
      answer.write_i16(highest);
    }
  }

  void metadata(ByteReader& request, ByteWriter& answer) const {
    answer.write_i32(0);  // throttle
    answer.write_i32(1);
    answer.write_i32(1);  // node id
    write_string(answer, "127.0.0.1");
    answer.write_i32(port_);
    answer.write_i16(-1);  // no rack
    write_string(answer, "stub");
    answer.write_i32(1);  // controller
    const int32_t topics = std::max(0, request.read_i32());
    answer.write_i32(topics);
    for (int32_t i = 0; i < topics; ++i) {
      answer.write_i16(0);
      write_string(answer, read_string(request));
      answer.write_i8(0);  // not internal
      answer.write_i32(partitions_);
      for (int32_t partition = 0; partition < partitions_; ++partition) {
        answer.write_i16(0);
        // Partition and leader; one replica, one in sync: node 1.
        for (const int32_t word : {partition, 1, 1, 1, 1, 1}) answer.write_i32(word);
      }
    }
  }

  static void produce(int16_t version, ByteReader& request, ByteWriter& answer) {
    if (version >= 3) read_string(request);  // transaction
    request.read_i16();                      // acks
    request.read_i32();                      // timeout
    const int32_t topics = request.read_i32();
    answer.write_i32(topics);
    for (int32_t i = 0; i < topics; ++i) {
      write_string(answer, read_string(request));
      const int32_t partitions = request.read_i32();
      answer.write_i32(partitions);
      for (int32_t j = 0; j < partitions; ++j) {
        answer.write_i32(request.read_i32());
        request.read_bytes(request.read_u32());
        answer.write_i16(0);
        answer.write_i64(0);  // base offset
        if (version >= 2) answer.write_i64(-1);
        if (version >= 5) answer.write_i64(0);  // log start
      }
    }
    if (version >= 1) answer.write_i32(0);  // throttle
  }

  static void list_offsets(ByteReader& request, ByteWriter& answer) {
    request.read_i32();  // replica
    const int32_t topics = request.read_i32();
    answer.write_i32(topics);
    for (int32_t i = 0; i < topics; ++i) {
      write_string(answer, read_string(request));
      const int32_t partitions = request.read_i32();
      answer.write_i32(partitions);
      for (int32_t j = 0; j < partitions; ++j) {
        answer.write_i32(request.read_i32());
        answer.write_i16(0);
        answer.write_i64(-1);
        answer.write_i64(request.read_i64() == -2 ? 0 : kEnd);
      }
    }
  }

  void fetch(int16_t version, ByteReader& request, ByteWriter& answer) const {
    for (int field = 0; field < 4; ++field) request.read_i32();
    request.read_i8();    // isolation
    answer.write_i32(0);  // throttle
    if (version >= 7) {
      request.read_i64();  // session
      answer.write_i16(0);
      answer.write_i32(0);
    }
    const int32_t topics = request.read_i32();
    answer.write_i32(topics);
    for (int32_t i = 0; i < topics; ++i) {
      write_string(answer, read_string(request));
      const int32_t partitions = request.read_i32();
      answer.write_i32(partitions);
      for (int32_t j = 0; j < partitions; ++j) fetch_partition(version, request, answer);
    }
  }

  void fetch_partition(int16_t version, ByteReader& request, ByteWriter& answer) const {
    answer.write_i32(request.read_i32());
    if (version >= 9) request.read_i32();  // leader epoch
    const int64_t offset = request.read_i64();
    if (version >= 5) request.read_i64();  // log start
    request.read_i32();                    // bytes at most
    answer.write_i16(0);
    answer.write_i64(kEnd);
    answer.write_i64(kEnd);
    if (version >= 5) answer.write_i64(0);
    answer.write_i32(0);                      // nothing aborted
    if (version >= 11) answer.write_i32(-1);  // no other replica
    const size_t copies = std::max(size_t{1}, kGivenBytes / one_.size());
    answer.write_i32(static_cast<int32_t>(copies * one_.size()));
    // Whole batches from the one that holds the offset on.
    for (size_t i = 0; i < copies; ++i) {
      answer.write_i64((offset / batch_ + static_cast<int64_t>(i)) * batch_);
      answer.write_bytes(BytesView(one_).subspan(8));
    }
  }

  int32_t partitions_;
  int32_t batch_;
  Bytes one_;
  uint16_t port_ = 0;
};

}  // namespace
}  // namespace tarn::bench

int main(int count, char** words) {
  tarn::bench::Stub(tarn::bench::Arguments(count, words)).run();
}
