#include "services/broker/transaction_records.h"

#include <map>
#include <vector>

#include <fmt/format.h>

namespace tarn::broker {
namespace {

constexpr int16_t kKeyVersion = 0;
constexpr int16_t kValueVersion = 0;
constexpr int16_t kCompactVersion = 1;

void write_string(ByteWriter& writer, std::string_view text) {
  writer.write_i16(static_cast<int16_t>(text.size()));
  writer.write_text(text);
}

// A length or count: fixed in version 0, a varint raised by one in version 1; -1: null.
int64_t read_count(ByteReader& reader, int16_t version) {
  if (version < kCompactVersion) return reader.read_i32();
  const uint64_t raised = reader.read_unsigned_varint();
  if (raised > INT32_MAX) {
    reader.fail();
    return -1;
  }
  return static_cast<int64_t>(raised) - 1;
}

std::string read_string(ByteReader& reader, int16_t version) {
  const int64_t length =
      version < kCompactVersion ? reader.read_i16() : read_count(reader, version);
  if (length < 0) {
    reader.fail();
    return {};
  }
  return std::string(as_text(reader.read_bytes(static_cast<uint64_t>(length))));
}

void skip_tags(ByteReader& reader, int16_t version) {
  if (version < kCompactVersion) return;
  const uint64_t count = reader.read_unsigned_varint();
  for (uint64_t i = 0; i < count && !reader.failed(); ++i) {
    reader.read_unsigned_varint();
    reader.read_bytes(reader.read_unsigned_varint());
  }
}

void read_topic(ByteReader& reader, int16_t version, std::set<TopicPartition>& partitions) {
  const TopicName topic(read_string(reader, version));
  const int64_t count = read_count(reader, version);
  for (int64_t i = 0; i < count && !reader.failed(); ++i) {
    partitions.insert({topic, PartitionId(reader.read_i32())});
  }
  skip_tags(reader, version);
}

Result<TransactionState> state_of(int8_t number) {
  if (number < 0 || number > static_cast<int8_t>(TransactionState::prepare_epoch_fence)) {
    return Error(ErrorCode::corrupt, fmt::format("a transaction in the unknown state {}", number));
  }
  return static_cast<TransactionState>(number);
}

}  // namespace

std::string_view to_string(TransactionState state) {
  switch (state) {
    case TransactionState::empty:
      return "Empty";
    case TransactionState::ongoing:
      return "Ongoing";
    case TransactionState::prepare_commit:
      return "PrepareCommit";
    case TransactionState::prepare_abort:
      return "PrepareAbort";
    case TransactionState::complete_commit:
      return "CompleteCommit";
    case TransactionState::complete_abort:
      return "CompleteAbort";
    case TransactionState::dead:
      return "Dead";
    case TransactionState::prepare_epoch_fence:
      return "PrepareEpochFence";
  }
  return "Unknown";
}

Bytes encode_transaction_key(std::string_view transactional_id) {
  ByteWriter writer;
  writer.write_i16(kKeyVersion);
  write_string(writer, transactional_id);
  return std::move(writer).take();
}

Result<std::optional<std::string>> decode_transaction_key(BytesView bytes) {
  ByteReader reader(bytes);
  if (reader.read_i16() != kKeyVersion && !reader.failed()) return std::nullopt;
  std::string id = read_string(reader, kValueVersion);
  TRY(reader.status());
  return std::optional(std::move(id));
}

Bytes encode_value(const StoredTransaction& transaction) {
  ByteWriter writer;
  writer.write_i16(kValueVersion);
  writer.write_i64(transaction.producer.id.value());
  writer.write_i16(transaction.producer.epoch);
  writer.write_i32(static_cast<int32_t>(transaction.timeout.count()));
  writer.write_i8(static_cast<int8_t>(transaction.state));
  std::map<TopicName, std::vector<int32_t>> topics;
  for (const auto& [topic, partition] : transaction.partitions) {
    topics[topic].push_back(partition.value());
  }
  writer.write_i32(topics.empty() ? -1 : static_cast<int32_t>(topics.size()));
  for (const auto& [topic, partitions] : topics) {
    write_string(writer, topic.value());
    writer.write_i32(static_cast<int32_t>(partitions.size()));
    for (const int32_t partition : partitions) writer.write_i32(partition);
  }
  writer.write_i64(unix_millis(transaction.updated));
  writer.write_i64(transaction.started ? unix_millis(*transaction.started) : -1);
  return std::move(writer).take();
}

Result<StoredTransaction> decode_transaction_value(BytesView bytes) {
  ByteReader reader(bytes);
  const int16_t version = reader.read_i16();
  if (!reader.failed() && (version < kValueVersion || version > kCompactVersion)) {
    return Error(ErrorCode::corrupt,
                 fmt::format("a value of __transaction_state has the unknown version {}", version));
  }
  StoredTransaction transaction;
  transaction.producer.id = ProducerId(reader.read_i64());
  transaction.producer.epoch = reader.read_i16();
  transaction.timeout = Millis(reader.read_i32());
  const int8_t state = reader.read_i8();
  const int64_t topics = read_count(reader, version);
  for (int64_t i = 0; i < topics && !reader.failed(); ++i) {
    read_topic(reader, version, transaction.partitions);
  }
  transaction.updated = from_unix_millis(reader.read_i64());
  const int64_t started = reader.read_i64();
  if (started >= 0) transaction.started = from_unix_millis(started);
  skip_tags(reader, version);
  TRY(reader.status());
  transaction.state = TRY(state_of(state));
  return transaction;
}

}  // namespace tarn::broker
