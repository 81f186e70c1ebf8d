// The walker accepts what the reader reads with offsets that count up, whatever the pieces.
#include <cstdlib>

#include "formats/record/record_reader.h"
#include "formats/record/record_walker.h"

namespace {

using namespace tarn;
using namespace tarn::record;

bool reads(BytesView batch) {
  auto reader = RecordReader::open(batch);
  if (!reader) return false;
  int64_t expected = reader->header().base_offset.value();
  while (true) {
    auto record = reader->next();
    if (!record) return false;
    if (!*record) return true;
    if ((*record)->offset.value() != expected++) return false;
  }
}

bool walks(const BatchHeader& header, BytesView records, size_t piece_bytes) {
  RecordWalker walker(header);
  while (!records.empty()) {
    const BytesView piece = records.first(std::min(piece_bytes, records.size()));
    if (!walker.feed(piece)) return false;
    records = records.subspan(piece.size());
  }
  return walker.finish().has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const BytesView input = std::as_bytes(std::span(data, size));
  const auto header = read_batch_header(input);
  if (!header || header->total_bytes != size || header->codec() != Codec::none) return 0;
  // The reader looks at each offset against the last one that the header names.
  if (header->record_count > int64_t{header->last_offset_delta} + 1) return 0;
  const BytesView records = input.subspan(kBatchHeaderBytes);
  const bool expected = reads(input);
  for (const size_t piece_bytes : {size_t{1}, size_t{13}, size}) {
    if (walks(*header, records, piece_bytes) != expected) std::abort();
  }
  return 0;
}
