// Walks through the records of a batch without keeping them: are they what the header promises?
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "formats/record/batch_header.h"

namespace tarn::record {

// Of the records, where a header only claims.
struct RecordFacts {
  Timestamp oldest = Timestamp::max();
  Timestamp newest = Timestamp::min();
  std::vector<int32_t> without_key = {};  // counted from 0; the first kKeylessMax of them
};
inline constexpr size_t kKeylessMax = 100;

// Takes the bytes of the records in pieces of any size, as a decompressor gives them, and needs no
// memory for them. Accepts what RecordReader reads, when also the offsets count up without gaps.
class RecordWalker {
 public:
  explicit RecordWalker(const BatchHeader& header) : header_(header) {}

  // corrupt at the first byte that does not fit; the walk is over then.
  Status feed(BytesView piece);
  // All records were there, and nothing behind them.
  [[nodiscard]] Result<RecordFacts> finish() const;

 private:
  // The field that comes next.
  enum class At : uint8_t {
    record_length,
    attributes,
    timestamp,
    offset,
    key_length,
    value_length,
    header_count,
    header_key_length,
    header_value_length,
  };

  void skip(BytesView& piece);
  // Of the number that piece begins with, or goes on with.
  Result<bool> read_varint(BytesView& piece, uint64_t bytes_max);
  Status take(int64_t value);
  Status begin_record(int64_t length);
  Status take_timestamp(int64_t delta);
  Status take_offset(int64_t delta);
  Status take_length(int64_t length, At next);
  Status next_header();

  const BatchHeader header_;
  At at_ = At::record_length;
  int32_t records_ = 0;       // begun
  uint64_t left_ = 0;         // bytes of this record
  uint64_t skip_ = 0;         // of them: of a key, value or header that is passed over
  int64_t headers_left_ = 0;  // of this record
  uint64_t varint_ = 0;       // as far as it has come
  unsigned shift_ = 0;
  RecordFacts facts_;
};

}  // namespace tarn::record
