#include "formats/kafka_protocol/encoder.h"

#include <algorithm>
#include <utility>

namespace tarn::kafka_protocol {

Bytes Frame::joined() const {
  Bytes all;
  all.reserve(bytes);
  for (const auto& piece : pieces) {
    all.insert(all.end(), piece.view().begin(), piece.view().end());
  }
  return all;
}

void Encoder::write(const Uuid& value, bool) {
  out_.write_bytes(std::as_bytes(std::span(value.bytes)));
}

void Encoder::write(std::string_view value, bool) {
  if (!flexible_) value = value.substr(0, INT16_MAX);
  write_length(Length::i16, value.size());
  out_.write_text(value);
}

void Encoder::write(BytesView value, bool) {
  write_length(Length::i32, value.size());
  out_.write_bytes(value);
}

void Encoder::write(const Records& value, bool) {
  if (value.is_null) return write_null(Length::i32);
  write_length(Length::i32, value.bytes());
  if (value.pieces.empty()) return;
  cut_piece();
  for (const auto& piece : value.pieces) {
    frame_.bytes += piece.size();
    frame_.pieces.push_back(piece);
  }
}

Frame Encoder::take() && {
  cut_piece();
  return std::move(frame_);
}

Frame Encoder::take_with_size() && {
  cut_piece();
  ByteWriter size;
  size.write_i32(static_cast<int32_t>(frame_.bytes));
  frame_.bytes += size.size();
  frame_.pieces.insert(frame_.pieces.begin(), SharedBytes(std::move(size).take()));
  return std::move(frame_);
}

void Encoder::write_length(Length length, size_t value) {
  if (flexible_) {
    out_.write_unsigned_varint(value + 1);
  } else if (length == Length::i16) {
    out_.write_i16(static_cast<int16_t>(value));
  } else {
    out_.write_i32(static_cast<int32_t>(value));
  }
}

void Encoder::write_null(Length length) {
  if (flexible_) {
    out_.write_unsigned_varint(0);
  } else if (length == Length::i16) {
    out_.write_i16(-1);
  } else {
    out_.write_i32(-1);
  }
}

void Encoder::cut_piece() {
  if (out_.size() == 0) return;
  frame_.bytes += out_.size();
  frame_.pieces.emplace_back(std::exchange(out_, ByteWriter()).take());
}

}  // namespace tarn::kafka_protocol
