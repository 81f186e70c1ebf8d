#include "services/broker/consumer_group_records.h"

#include <fmt/format.h>

namespace tarn::broker {
namespace {

constexpr int16_t kValueVersion = 0;

void write_length(ByteWriter& writer, size_t length) {
  writer.write_unsigned_varint(length + 1);
}
void write_text(ByteWriter& writer, std::string_view text) {
  write_length(writer, text.size());
  writer.write_text(text);
}
void write_nullable(ByteWriter& writer, const std::optional<std::string>& text) {
  if (!text) return writer.write_unsigned_varint(0);
  write_text(writer, *text);
}
void write_no_tags(ByteWriter& writer) {
  writer.write_unsigned_varint(0);
}
void write_names(ByteWriter& writer, const std::set<TopicName>& names) {
  write_length(writer, names.size());
  for (const TopicName& name : names) write_text(writer, name.value());
}
void write_partitions(ByteWriter& writer, const Assignment& assignment) {
  write_length(writer, assignment.size());
  for (const auto& [topic, partitions] : assignment) {
    writer.write_bytes(std::as_bytes(std::span(topic.bytes)));
    write_length(writer, partitions.size());
    for (int32_t partition : partitions) writer.write_i32(partition);
    write_no_tags(writer);
  }
}

// -1: null.
int64_t read_length(ByteReader& reader) {
  const uint64_t length = reader.read_unsigned_varint();
  if (length > uint64_t{INT32_MAX}) reader.fail();
  return reader.failed() ? 0 : static_cast<int64_t>(length) - 1;
}
std::optional<std::string> read_nullable(ByteReader& reader) {
  const int64_t length = read_length(reader);
  if (length < 0) return std::nullopt;
  return std::string(as_text(reader.read_bytes(static_cast<uint64_t>(length))));
}
std::string read_text(ByteReader& reader) {
  auto text = read_nullable(reader);
  if (!text) reader.fail();
  return text.value_or("");
}
std::set<TopicName> read_names(ByteReader& reader) {
  std::set<TopicName> names;
  for (int64_t left = read_length(reader); left > 0 && !reader.failed(); --left) {
    names.insert(TopicName(read_text(reader)));
  }
  return names;
}
void skip_tags(ByteReader& reader) {
  for (uint64_t left = reader.read_unsigned_varint(); left > 0 && !reader.failed(); --left) {
    reader.read_unsigned_varint();
    reader.read_bytes(reader.read_unsigned_varint());
  }
}
Assignment read_partitions(ByteReader& reader) {
  Assignment assignment;
  for (int64_t left = read_length(reader); left > 0 && !reader.failed(); --left) {
    Uuid topic;
    const BytesView id = reader.read_bytes(topic.bytes.size());
    if (reader.failed()) break;
    std::memcpy(topic.bytes.data(), id.data(), id.size());
    for (int64_t more = read_length(reader); more > 0 && !reader.failed(); --more) {
      assignment[topic].insert(reader.read_i32());
    }
    skip_tags(reader);
  }
  return assignment;
}

Bytes encode_group(const ConsumerGroupData& group) {
  ByteWriter writer;
  writer.write_i16(kValueVersion);
  writer.write_i32(group.epoch);
  if (group.metadata_hash == 0) {
    write_no_tags(writer);
  } else {
    writer.write_unsigned_varint(1);
    writer.write_unsigned_varint(0);
    writer.write_unsigned_varint(sizeof(int64_t));
    writer.write_i64(group.metadata_hash);
  }
  return std::move(writer).take();
}

Bytes encode_member(const ConsumerGroupMember& member) {
  ByteWriter writer;
  writer.write_i16(kValueVersion);
  write_nullable(writer, member.instance_id);
  write_nullable(writer, member.rack_id);
  write_text(writer, member.client_id);
  write_text(writer, member.client_host);
  write_names(writer, member.topics);
  write_text(writer, member.regex);
  writer.write_i32(static_cast<int32_t>(member.rebalance_timeout.count()));
  write_nullable(writer, member.assignor);
  write_no_tags(writer);
  return std::move(writer).take();
}

Bytes encode_current(const ConsumerGroupMember& member) {
  ByteWriter writer;
  writer.write_i16(kValueVersion);
  writer.write_i32(member.epoch);
  writer.write_i32(member.previous_epoch);
  writer.write_i8(static_cast<int8_t>(member.state));
  write_partitions(writer, member.assigned);
  write_partitions(writer, member.pending_revocation);
  write_no_tags(writer);
  return std::move(writer).take();
}

Bytes encode_target(const Assignment& target) {
  ByteWriter writer;
  writer.write_i16(kValueVersion);
  write_partitions(writer, target);
  write_no_tags(writer);
  return std::move(writer).take();
}

Bytes encode_target_epoch(int32_t epoch) {
  ByteWriter writer;
  writer.write_i16(kValueVersion);
  writer.write_i32(epoch);
  write_no_tags(writer);
  return std::move(writer).take();
}

Bytes encode_regex(const ResolvedRegex& regex) {
  ByteWriter writer;
  writer.write_i16(kValueVersion);
  write_names(writer, regex.topics);
  writer.write_i64(regex.version);
  writer.write_i64(unix_millis(regex.resolved));
  write_no_tags(writer);
  return std::move(writer).take();
}

void read_group(ByteReader& reader, ConsumerGroupData& group) {
  group.epoch = reader.read_i32();
  for (uint64_t left = reader.read_unsigned_varint(); left > 0 && !reader.failed(); --left) {
    const uint64_t tag = reader.read_unsigned_varint();
    ByteReader field(reader.read_bytes(reader.read_unsigned_varint()));
    if (tag == 0) group.metadata_hash = field.read_i64();
    if (field.failed()) reader.fail();
  }
}

void read_member(ByteReader& reader, ConsumerGroupMember& member) {
  member.instance_id = read_nullable(reader);
  member.rack_id = read_nullable(reader);
  member.client_id = read_text(reader);
  member.client_host = read_text(reader);
  member.topics = read_names(reader);
  member.regex = read_nullable(reader).value_or("");
  member.rebalance_timeout = Millis(reader.read_i32());
  member.assignor = read_nullable(reader);
  skip_tags(reader);
}

void read_current(ByteReader& reader, ConsumerGroupMember& member) {
  member.epoch = reader.read_i32();
  member.previous_epoch = reader.read_i32();
  const int8_t state = reader.read_i8();
  if (state < 0 || state > static_cast<int8_t>(MemberState::unreleased_partitions)) reader.fail();
  member.state = static_cast<MemberState>(state);
  member.assigned = read_partitions(reader);
  member.pending_revocation = read_partitions(reader);
  skip_tags(reader);
}

void read_regex(ByteReader& reader, ResolvedRegex& regex) {
  regex.topics = read_names(reader);
  regex.version = reader.read_i64();
  regex.resolved = from_unix_millis(reader.read_i64());
  skip_tags(reader);
}

void read_value(ByteReader& reader, ConsumerGroupData& group, const ConsumerGroupKey& key) {
  switch (key.part) {
    case ConsumerGroupPart::group:
      return read_group(reader, group);
    case ConsumerGroupPart::topics:
      return;
    case ConsumerGroupPart::member:
      return read_member(reader, group.members[key.name]);
    case ConsumerGroupPart::target_epoch:
      group.target_epoch = reader.read_i32();
      return skip_tags(reader);
    case ConsumerGroupPart::target:
      group.targets[key.name] = read_partitions(reader);
      return skip_tags(reader);
    case ConsumerGroupPart::current:
      return read_current(reader, group.members[key.name]);
    case ConsumerGroupPart::regex:
      return read_regex(reader, group.regexes[key.name]);
  }
}

void remove_part(ConsumerGroupData& group, const ConsumerGroupKey& key) {
  if (key.part == ConsumerGroupPart::member) group.members.erase(key.name);
  if (key.part == ConsumerGroupPart::target) group.targets.erase(key.name);
  if (key.part == ConsumerGroupPart::regex) group.regexes.erase(key.name);
}

bool has_name(ConsumerGroupPart part) {
  return part != ConsumerGroupPart::group && part != ConsumerGroupPart::topics &&
         part != ConsumerGroupPart::target_epoch;
}

bool is_part(int16_t number) {
  return (number >= 3 && number <= 8) || number == 16;
}

void write_short_text(ByteWriter& writer, std::string_view text) {
  writer.write_i16(static_cast<int16_t>(text.size()));
  writer.write_text(text);
}

std::string read_short_text(ByteReader& reader) {
  const int16_t length = reader.read_i16();
  if (length < 0) reader.fail();
  return std::string(
      as_text(reader.read_bytes(reader.failed() ? 0 : static_cast<uint64_t>(length))));
}

}  // namespace

Bytes encode_key(const ConsumerGroupKey& key) {
  ByteWriter writer;
  writer.write_i16(static_cast<int16_t>(key.part));
  write_short_text(writer, key.group.value());
  if (has_name(key.part)) write_short_text(writer, key.name);
  return std::move(writer).take();
}

Result<std::optional<ConsumerGroupKey>> decode_consumer_group_key(BytesView bytes) {
  ByteReader reader(bytes);
  const int16_t number = reader.read_i16();
  if (!reader.failed() && !is_part(number)) return std::optional<ConsumerGroupKey>();
  ConsumerGroupKey key{.part = static_cast<ConsumerGroupPart>(number),
                       .group = GroupId(read_short_text(reader)),
                       .name = ""};
  if (has_name(key.part)) key.name = read_short_text(reader);
  TRY(reader.status());
  return std::optional(std::move(key));
}

std::optional<Bytes> encode_value(const ConsumerGroupData& group, const ConsumerGroupKey& key) {
  const auto member = group.members.find(key.name);
  const auto target = group.targets.find(key.name);
  const auto regex = group.regexes.find(key.name);
  switch (key.part) {
    case ConsumerGroupPart::group:
      return encode_group(group);
    case ConsumerGroupPart::target_epoch:
      return encode_target_epoch(group.target_epoch);
    case ConsumerGroupPart::topics:
      return std::nullopt;
    case ConsumerGroupPart::member:
      return member == group.members.end() ? std::nullopt
                                           : std::optional(encode_member(member->second));
    case ConsumerGroupPart::current:
      return member == group.members.end() ? std::nullopt
                                           : std::optional(encode_current(member->second));
    case ConsumerGroupPart::target:
      return target == group.targets.end() ? std::nullopt
                                           : std::optional(encode_target(target->second));
    case ConsumerGroupPart::regex:
      return regex == group.regexes.end() ? std::nullopt
                                          : std::optional(encode_regex(regex->second));
  }
  return std::nullopt;
}

Status apply_record(ConsumerGroupData& group, const ConsumerGroupKey& key,
                    std::optional<BytesView> value) {
  if (!value) {
    remove_part(group, key);
    return {};
  }
  ByteReader reader(*value);
  const int16_t version = reader.read_i16();
  if (!reader.failed() && version != kValueVersion) {
    return Error(ErrorCode::corrupt,
                 fmt::format("a value of __consumer_offsets has the unknown version {}", version));
  }
  read_value(reader, group, key);
  const bool names_member =
      key.part == ConsumerGroupPart::member || key.part == ConsumerGroupPart::current;
  if (names_member) group.members[key.name].id = key.name;
  return reader.status();
}

}  // namespace tarn::broker
