#include "formats/record/record_walker.h"

#include <algorithm>

namespace tarn::record {
namespace {

constexpr unsigned kVarintShiftMax = 63;

Error corrupt(const char* what) {
  return {ErrorCode::corrupt, what};
}

// Sums of hostile numbers wrap instead of being undefined.
Timestamp time_after(Timestamp base, int64_t delta) {
  const auto sum = static_cast<uint64_t>(unix_millis(base)) + static_cast<uint64_t>(delta);
  return from_unix_millis(static_cast<int64_t>(sum));
}

int64_t from_zigzag(uint64_t raw) {
  return static_cast<int64_t>(raw >> 1) ^ -static_cast<int64_t>(raw & 1);
}

}  // namespace

Status RecordWalker::feed(BytesView piece) {
  while (!piece.empty()) {
    if (skip_ > 0) {
      skip(piece);
      continue;
    }
    const bool inside = at_ != At::record_length;
    if (inside && left_ == 0) return corrupt("a record is shorter than its fields");
    if (at_ == At::attributes) {  // none are defined
      piece = piece.subspan(1);
      --left_;
      at_ = At::timestamp;
      continue;
    }
    const size_t before = piece.size();
    const bool is_whole = TRY(read_varint(piece, inside ? left_ : before));
    if (inside) left_ -= before - piece.size();
    if (!is_whole) continue;
    shift_ = 0;
    TRY(take(from_zigzag(std::exchange(varint_, 0))));
  }
  return {};
}

void RecordWalker::skip(BytesView& piece) {
  const uint64_t count = std::min<uint64_t>(skip_, piece.size());
  piece = piece.subspan(count);
  skip_ -= count;
  left_ -= count;
}

Result<bool> RecordWalker::read_varint(BytesView& piece, uint64_t bytes_max) {
  const size_t end = std::min<uint64_t>(piece.size(), bytes_max);
  size_t position = 0;
  bool is_whole = false;
  while (position < end && !is_whole) {
    if (shift_ > kVarintShiftMax) return corrupt("a record has a number that never ends");
    const auto byte = std::to_integer<uint64_t>(piece[position++]);
    varint_ |= (byte & 0x7f) << shift_;
    shift_ += 7;
    is_whole = (byte & 0x80) == 0;
  }
  piece = piece.subspan(position);
  return is_whole;
}

Status RecordWalker::take(int64_t value) {
  switch (at_) {
    case At::record_length:
      return begin_record(value);
    case At::timestamp:
      return take_timestamp(value);
    case At::offset:
      return take_offset(value);
    case At::key_length:
      if (value == -1 && facts_.without_key.size() < kKeylessMax) {
        facts_.without_key.push_back(records_ - 1);
      }
      return take_length(value, At::value_length);
    case At::value_length:
      return take_length(value, At::header_count);
    case At::header_count:
      if (value < 0) return corrupt("a record with a negative number of headers");
      headers_left_ = value;
      return next_header();
    case At::header_key_length:
      if (value < 0) return corrupt("a record header without a key");
      return take_length(value, At::header_value_length);
    case At::header_value_length:
      TRY(take_length(value, At::header_key_length));
      --headers_left_;
      return next_header();
    case At::attributes:  // is no number
      break;
  }
  return {};
}

Status RecordWalker::begin_record(int64_t length) {
  if (records_ == header_.record_count)
    return corrupt("a record batch has bytes after its records");
  if (length < 0) return corrupt("a record with a negative length");
  ++records_;
  left_ = static_cast<uint64_t>(length);
  at_ = At::attributes;
  return {};
}

Status RecordWalker::take_timestamp(int64_t delta) {
  const Timestamp at = time_after(header_.base_timestamp, delta);
  facts_.oldest = std::min(facts_.oldest, at);
  facts_.newest = std::max(facts_.newest, at);
  at_ = At::offset;
  return {};
}

Status RecordWalker::take_offset(int64_t delta) {
  if (delta != records_ - 1) return corrupt("a record batch with a gap in its offsets");
  at_ = At::key_length;
  return {};
}

Status RecordWalker::take_length(int64_t length, At next) {
  if (length < -1) return corrupt("a record field with a negative length");
  skip_ = static_cast<uint64_t>(std::max<int64_t>(length, 0));
  if (skip_ > left_) return corrupt("a record is shorter than its fields");
  at_ = next;
  return {};
}

Status RecordWalker::next_header() {
  if (headers_left_ > 0) {
    at_ = At::header_key_length;
    return {};
  }
  if (left_ != skip_) return corrupt("a record is longer than its fields");
  at_ = At::record_length;
  return {};
}

Result<RecordFacts> RecordWalker::finish() const {
  if (at_ != At::record_length || skip_ > 0 || shift_ > 0 || records_ != header_.record_count) {
    return corrupt("a record batch ends before its records do");
  }
  return facts_;
}

}  // namespace tarn::record
