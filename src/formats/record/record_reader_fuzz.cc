// Whatever the bytes are, reading ends; what could be read can be built again and reads the same.
#include <cstdlib>
#include <vector>

#include "formats/record/batch_builder.h"
#include "formats/record/record_reader.h"

namespace {

using namespace tarn;
using namespace tarn::record;

bool same(const std::optional<BytesView>& a, const std::optional<BytesView>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return as_text(*a) == as_text(*b);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const BytesView input = std::as_bytes(std::span(data, size));
  constexpr size_t kPlainBytesMax = 1 << 20;
  auto reader = RecordReader::open(input, kPlainBytesMax);
  if (!reader || reader->header().record_count == 0) return 0;
  BatchBuilder builder;
  while (true) {
    auto record = reader->next();
    if (!record) return 0;
    if (!*record) break;
    builder.add(**record);
  }
  const Bytes again = std::move(builder).finish();
  auto first = RecordReader::open(input, kPlainBytesMax);
  auto second = RecordReader::open(again);
  while (auto expected = *first->next()) {
    auto actual = *second->next();
    if (!same(expected->key, actual->key) || !same(expected->value, actual->value)) std::abort();
    if (expected->headers.size() != actual->headers.size()) std::abort();
  }
  return 0;
}
