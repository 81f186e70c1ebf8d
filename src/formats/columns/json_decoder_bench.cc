// Decoding JSON into columns beside simdjson's own two parsers over the same records. Measured on 2
// cores: 1.3 million records/s (280 MB/s) on one, half of what simdjson's on-demand walk reaches
// that keeps nothing. Its DOM parser is faster still, because it picks its kernel at run time while
// on-demand is compiled for x86-64-v2.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include "base/random.h"
#include "formats/columns/json_decoder.h"

namespace tarn::columns {
namespace {

// Flights: 11 fields of the usual kinds, about 250 bytes.
struct Flights {
  std::vector<std::string> texts;
  std::vector<std::string_view> records;
  size_t bytes = 0;

  Flights() {
    Random random(7);
    for (int row = 0; row < 2000; ++row) {
      texts.push_back(
          R"({"id":"F)" + std::to_string(random.below(1'000'000'000)) +
          R"(","date":"2001/01/10 18:20","delay":)" + std::to_string(random.below(300)) +
          R"(,"distance":)" + std::to_string(random.below(3000)) +
          R"(,"origin":"SAT","destination":"HOU","price":)" +
          std::to_string(static_cast<double>(random.below(100'000)) / 100) +
          R"(,"codeshare":false,"carrier":{"code":"WN","name":"Southwest Airlines"},"seats":[)" +
          std::to_string(random.below(40)) + R"(,12],"note":null})");
    }
    records.assign(texts.begin(), texts.end());
    for (const auto& text : texts) bytes += text.size();
  }
};

void report(benchmark::State& state, const Flights& flights) {
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(flights.bytes));
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(flights.records.size()));
}

void decode_to_columns(benchmark::State& state) {
  const Flights flights;
  JsonDecoder decoder(Schema{});
  decoder.decode(flights.records);
  for (auto _ : state) benchmark::DoNotOptimize(decoder.decode(flights.records));
  report(state, flights);
}
BENCHMARK(decode_to_columns);

void learn_and_decode(benchmark::State& state) {
  const Flights flights;
  for (auto _ : state) {
    JsonDecoder decoder(Schema{});
    benchmark::DoNotOptimize(decoder.decode(flights.records));
  }
  report(state, flights);
}
BENCHMARK(learn_and_decode);

// Visits every value and keeps nothing.
size_t visit(simdjson::ondemand::value value) {
  using Kind = simdjson::ondemand::json_type;
  switch (Kind(value.type())) {
    case Kind::object: {
      size_t sum = 0;
      for (auto field : simdjson::ondemand::object(value.get_object())) {
        sum += std::string_view(field.escaped_key()).size() + visit(field.value());
      }
      return sum;
    }
    case Kind::array: {
      size_t sum = 0;
      for (auto item : simdjson::ondemand::array(value.get_array())) sum += visit(item.value());
      return sum;
    }
    case Kind::string:
      return std::string_view(value.get_string()).size();
    case Kind::number:
      return static_cast<size_t>(double(value.get_double()));
    default:
      return 1;
  }
}

void simdjson_on_demand(benchmark::State& state) {
  const Flights flights;
  simdjson::ondemand::parser parser;
  std::vector<simdjson::padded_string> padded;
  for (const auto& text : flights.texts) padded.emplace_back(text);
  for (auto _ : state) {
    for (const auto& text : padded) {
      auto document = parser.iterate(text);
      benchmark::DoNotOptimize(visit(document.get_value()));
    }
  }
  report(state, flights);
}
BENCHMARK(simdjson_on_demand);

void simdjson_dom(benchmark::State& state) {
  const Flights flights;
  simdjson::dom::parser parser;
  for (auto _ : state) {
    for (const auto& text : flights.texts) benchmark::DoNotOptimize(parser.parse(text));
  }
  report(state, flights);
}
BENCHMARK(simdjson_dom);

}  // namespace
}  // namespace tarn::columns
