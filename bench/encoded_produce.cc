#include "encoded_produce.h"

#include <chrono>
#include <stdexcept>

#include "formats/record/batch_builder.h"
#include "raw_connection.h"

namespace tarn::bench {
namespace {

constexpr int16_t kProduce = 0;
constexpr int16_t kVersion = 7;

Bytes encoded_batch(const ProduceShape& shape) {
  record::BatchBuilder builder;
  const std::string value(shape.bytes, 'x');
  record::Record record;
  record.value = as_bytes(value);
  record.timestamp = Timestamp(
      std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch()));
  for (int32_t i = 0; i < shape.batch; ++i) builder.add(record);
  return std::move(builder).finish();
}

}  // namespace

ProduceShape produce_shape(const Arguments& arguments) {
  return {.topic = arguments.text("topic"),
          .partitions = static_cast<int32_t>(arguments.number("partitions", 1)),
          .bytes = static_cast<size_t>(arguments.number("bytes", 1024)),
          .batch = static_cast<int32_t>(arguments.number("batch", 16)),
          .spread = static_cast<int32_t>(arguments.number("spread", 1))};
}

EncodedProduce::EncodedProduce(const ProduceShape& shape, int32_t first_partition)
    : partitions_(shape.partitions), next_(first_partition) {
  const Bytes batch = encoded_batch(shape);
  ByteWriter writer = request(kProduce, kVersion);
  writer.write_i16(-1);  // no transaction
  writer.write_i16(-1);  // acks=all
  writer.write_i32(30'000);
  writer.write_i32(1);
  write_string(writer, shape.topic);
  writer.write_i32(shape.spread);
  for (int32_t i = 0; i < shape.spread; ++i) {
    places_.push_back(writer.size() + 4);  // behind the length of the frame
    writer.write_i32(0);
    writer.write_i32(static_cast<int32_t>(batch.size()));
    writer.write_bytes(batch);
  }
  frame_ = framed(writer.view());
}

BytesView EncodedProduce::next() {
  for (const size_t place : places_) {
    const int32_t big = from_big_endian(next_);
    std::memcpy(frame_.data() + place, &big, sizeof big);
    next_ = (next_ + 1) % partitions_;
  }
  return frame_;
}

ProduceAnswer read_produce_answer(BytesView frame) {
  ByteReader reader(frame);
  reader.read_i32();  // correlation
  reader.read_i32();  // one topic
  read_string(reader);
  const int32_t partitions = reader.read_i32();
  ProduceAnswer answer;
  for (int32_t i = 0; i < partitions; ++i) {
    reader.read_i32();
    ++(reader.read_i16() == 0 ? answer.taken : answer.refused);
    for (int field = 0; field < 3; ++field) reader.read_i64();
  }
  if (reader.failed()) throw std::runtime_error("a bad answer");
  return answer;
}

}  // namespace tarn::bench
