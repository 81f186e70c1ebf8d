// Reads the records of a batch, unfolding its compression.
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "formats/record/batch_header.h"
#include "formats/record/compression.h"
#include "formats/record/record.h"

namespace tarn::record {

// Trusts nothing but the memory it is given: a batch whose checksum holds may still have been
// written by a liar. Records borrow from the batch or from the reader, which both must live as long
// as they are used; the headers only until the next call.
class RecordReader {
 public:
  // batch: exactly one whole batch. Its checksum is not looked at. Errors: corrupt, and
  // resource_exhausted when the records unfold to more than plain_bytes_max.
  static Result<RecordReader> open(BytesView batch, size_t plain_bytes_max = kDecompressedBytesMax);

  RecordReader(RecordReader&&) = default;
  RecordReader& operator=(RecordReader&&) = default;

  [[nodiscard]] const BatchHeader& header() const { return header_; }

  // None after the last one. The records of a control batch are markers of transactions, not
  // records of a user. corrupt when the batch does not hold what its header says.
  Result<std::optional<Record>> next();

 private:
  RecordReader(BatchHeader header, Bytes plain, BytesView records);
  Result<Record> read_record();
  Status read_headers(ByteReader& reader);

  BatchHeader header_;
  Bytes plain_;  // owns the records of a compressed batch
  ByteReader records_;
  int32_t read_count_ = 0;
  std::vector<RecordHeader> headers_;
};

// Calls visit(const Record&) -> Status for each record of one whole batch, and for none of a
// control batch; ends at the first error.
template <class Visit>
Status for_each_record(BytesView batch, Visit visit,
                       size_t plain_bytes_max = kDecompressedBytesMax) {
  auto reader = TRY(RecordReader::open(batch, plain_bytes_max));
  if (reader.header().is_control()) return {};
  while (auto record = TRY(reader.next())) TRY(visit(*record));
  return {};
}

}  // namespace tarn::record
