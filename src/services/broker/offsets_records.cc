#include "services/broker/offsets_records.h"

#include <fmt/format.h>

namespace tarn::broker {
namespace {

constexpr int16_t kOffsetKeyOld = 0;  // what Kafka wrote before version 1, of the same layout
constexpr int16_t kOffsetKey = 1;
constexpr int16_t kGroupKey = 2;
constexpr int16_t kValueVersion = 3;

void write_string(ByteWriter& writer, std::string_view text) {
  writer.write_i16(static_cast<int16_t>(text.size()));
  writer.write_text(text);
}
void write_nullable(ByteWriter& writer, const std::optional<std::string>& text) {
  if (!text) return writer.write_i16(-1);
  write_string(writer, *text);
}
void write_sized(ByteWriter& writer, BytesView bytes) {
  writer.write_i32(static_cast<int32_t>(bytes.size()));
  writer.write_bytes(bytes);
}

std::optional<std::string> read_nullable(ByteReader& reader) {
  const int16_t length = reader.read_i16();
  if (length < 0) return std::nullopt;
  return std::string(as_text(reader.read_bytes(static_cast<uint64_t>(length))));
}
std::string read_string(ByteReader& reader) {
  auto text = read_nullable(reader);
  if (!text) reader.fail();
  return text.value_or("");
}
Bytes read_sized(ByteReader& reader) {
  const int32_t length = reader.read_i32();
  if (length < 0) {
    reader.fail();
    return {};
  }
  const BytesView view = reader.read_bytes(static_cast<uint64_t>(length));
  return {view.begin(), view.end()};
}

Status check_version(int16_t version) {
  if (version >= 0 && version <= kValueVersion) return {};
  return Error(ErrorCode::corrupt,
               fmt::format("a value of __consumer_offsets has the unknown version {}", version));
}

StoredMember read_member(ByteReader& reader, int16_t version) {
  StoredMember member;
  member.member_id = read_string(reader);
  if (version >= 3) member.instance_id = read_nullable(reader);
  member.client_id = read_string(reader);
  member.client_host = read_string(reader);
  if (version >= 1) member.rebalance_timeout = Millis(reader.read_i32());
  member.session_timeout = Millis(reader.read_i32());
  if (version < 1) member.rebalance_timeout = member.session_timeout;
  member.subscription = read_sized(reader);
  member.assignment = read_sized(reader);
  return member;
}

}  // namespace

Bytes encode_key(const OffsetKey& key) {
  ByteWriter writer;
  writer.write_i16(kOffsetKey);
  write_string(writer, key.group.value());
  write_string(writer, key.partition.topic.value());
  writer.write_i32(key.partition.partition.value());
  return std::move(writer).take();
}

Bytes encode_key(const GroupKey& key) {
  ByteWriter writer;
  writer.write_i16(kGroupKey);
  write_string(writer, key.group.value());
  return std::move(writer).take();
}

Result<OffsetsKey> decode_key(BytesView bytes) {
  ByteReader reader(bytes);
  const int16_t version = reader.read_i16();
  TRY(reader.status());
  if (version == kOffsetKeyOld || version == kOffsetKey) {
    OffsetKey key;
    key.group = GroupId(read_string(reader));
    key.partition.topic = TopicName(read_string(reader));
    key.partition.partition = PartitionId(reader.read_i32());
    TRY(reader.status());
    return key;
  }
  if (version == kGroupKey) {
    GroupKey key{GroupId(read_string(reader))};
    TRY(reader.status());
    return key;
  }
  return UnknownKey{version};
}

Bytes encode_value(const CommittedOffset& offset) {
  ByteWriter writer;
  writer.write_i16(kValueVersion);
  writer.write_i64(offset.offset.value());
  writer.write_i32(offset.epoch.value_or(LeaderEpoch(-1)).value());
  write_string(writer, offset.metadata);
  writer.write_i64(unix_millis(offset.commit_time));
  return std::move(writer).take();
}

Result<CommittedOffset> decode_offset_value(BytesView bytes) {
  ByteReader reader(bytes);
  const int16_t version = reader.read_i16();
  TRY(check_version(version));
  CommittedOffset offset;
  offset.offset = Offset(reader.read_i64());
  const int32_t epoch = version >= 3 ? reader.read_i32() : -1;
  if (epoch >= 0) offset.epoch = LeaderEpoch(epoch);
  offset.metadata = read_string(reader);
  offset.commit_time = from_unix_millis(reader.read_i64());
  if (version == 1) reader.read_i64();  // an expiry of its own, which Kafka gave up
  TRY(reader.status());
  return offset;
}

Bytes encode_value(const StoredGroup& group) {
  ByteWriter writer;
  writer.write_i16(kValueVersion);
  write_string(writer, group.protocol_type);
  writer.write_i32(group.generation);
  write_nullable(writer, group.protocol);
  write_nullable(writer, group.leader);
  writer.write_i64(unix_millis(group.state_time));
  writer.write_i32(static_cast<int32_t>(group.members.size()));
  for (const StoredMember& member : group.members) {
    write_string(writer, member.member_id);
    write_nullable(writer, member.instance_id);
    write_string(writer, member.client_id);
    write_string(writer, member.client_host);
    writer.write_i32(static_cast<int32_t>(member.rebalance_timeout.count()));
    writer.write_i32(static_cast<int32_t>(member.session_timeout.count()));
    write_sized(writer, member.subscription);
    write_sized(writer, member.assignment);
  }
  return std::move(writer).take();
}

Result<StoredGroup> decode_group_value(const GroupId& group, BytesView bytes) {
  ByteReader reader(bytes);
  const int16_t version = reader.read_i16();
  TRY(check_version(version));
  StoredGroup stored{.id = group};
  stored.protocol_type = read_string(reader);
  stored.generation = reader.read_i32();
  stored.protocol = read_nullable(reader);
  stored.leader = read_nullable(reader);
  if (version >= 2) stored.state_time = from_unix_millis(reader.read_i64());
  const int32_t count = reader.read_i32();
  for (int32_t i = 0; i < count && !reader.failed(); ++i) {
    stored.members.push_back(read_member(reader, version));
  }
  TRY(reader.status());
  return stored;
}

}  // namespace tarn::broker
