// What a broker pays to look at every record that clients send, compressed or not. Expected:
// records that are not compressed at more than 10 million a second, so that the look is lost beside
// the checksum; compressed ones bounded by their codec.
#include <benchmark/benchmark.h>

#include "base/random.h"
#include "formats/record/batch_builder.h"
#include "formats/record/validate.h"

namespace tarn::record {
namespace {

constexpr int kRecords = 1000;

Bytes batch_of(Codec codec, size_t value_bytes) {
  Random random(7);
  BatchBuilder builder({.codec = codec});
  for (int i = 0; i < kRecords; ++i) {
    std::string value;
    while (value.size() < value_bytes) value += "\"delay\":" + std::to_string(random.below(900));
    value.resize(value_bytes);
    builder.add({.timestamp = from_unix_millis(1'725'190'561'000 + i), .value = as_bytes(value)});
  }
  return std::move(builder).finish();
}

void BM_ValidateBatch(benchmark::State& state) {
  const Bytes batch =
      batch_of(static_cast<Codec>(state.range(0)), static_cast<size_t>(state.range(1)));
  for (auto _ : state) {
    auto header = validate_batch(batch, batch.size());
    benchmark::DoNotOptimize(validate_records(*header, batch));
  }
  state.SetItemsProcessed(state.iterations() * kRecords);
  state.counters["packed"] = static_cast<double>(batch.size());
}
BENCHMARK(BM_ValidateBatch)
    ->ArgNames({"codec", "value_bytes"})
    ->ArgsProduct({{0, 1, 2, 3, 4}, {100, 1024}});

}  // namespace
}  // namespace tarn::record
