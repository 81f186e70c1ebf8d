// The four compressions of Kafka's batches. Each works on all records of a batch as one stream.
#pragma once

#include <functional>

#include "base/bytes.h"
#include "base/error.h"
#include "formats/record/batch_header.h"

namespace tarn::record {

// What one batch may unfold to, unless the caller says otherwise.
inline constexpr size_t kDecompressedBytesMax = 256 << 20;

// Codec::none gives a copy. Snappy is written in the framing of xerial's snappy-java, lz4 as a
// frame of independent blocks: the forms that Kafka's own clients read.
Bytes compress(Codec codec, BytesView plain);

// Memory grows with what is really there, not with what the input claims. Errors: corrupt, and
// resource_exhausted when the output would be larger than bytes_max.
Result<Bytes> decompress(Codec codec, BytesView packed, size_t bytes_max = kDecompressedBytesMax);

// The same, handed on in pieces, so that memory stays small whatever they unfold to. Ends at the
// first error of consume.
using Consume = std::move_only_function<Status(BytesView)>;
Status decompress_in_pieces(Codec codec, BytesView packed, size_t bytes_max, Consume consume);

}  // namespace tarn::record
