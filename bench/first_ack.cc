// Waits for a broker that is being started until it has acknowledged one record.
// Usage: first_ack broker=HOST:PORT topic=NAME     prints one JSON object: the seconds since its
// own start
#include <thread>

#include "arguments.h"
#include "encoded_produce.h"
#include "latencies.h"
#include "raw_connection.h"

namespace tarn::bench {
namespace {

bool acknowledged(const Arguments& arguments) {
  try {
    RawConnection connection(arguments.text("broker"));
    ProduceShape shape = produce_shape(arguments);
    shape.batch = 1;
    EncodedProduce request(shape, 0);
    connection.send(request.next());
    const BytesView answer = connection.receive();
    return !answer.empty() && read_produce_answer(answer).taken == 1;
  } catch (const std::exception&) {
    return false;  // nobody listens yet
  }
}

void run(const Arguments& arguments) {
  const auto start = Clock::now();
  while (!acknowledged(arguments) && seconds_since(start) < 600) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  std::printf("{\"seconds\": %.4f}\n", seconds_since(start));
}

}  // namespace
}  // namespace tarn::bench

int main(int count, char** words) {
  tarn::bench::run(tarn::bench::Arguments(count, words));
}
