#include "services/broker/topic_catalog.h"

#include <algorithm>

#include <fmt/format.h>

namespace tarn::broker {
namespace {

constexpr std::string_view kKeyPrefix = "topic/";
constexpr int8_t kVersion = 1;
constexpr size_t kNameBytesMax = 249;

bool is_allowed(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

std::string with_underscores(const TopicName& name) {
  std::string text = name.value();
  std::ranges::replace(text, '.', '_');
  return text;
}

}  // namespace

Answer<void> check_topic_name(const TopicName& name) {
  const std::string& text = name.value();
  if (text.empty()) return refuse(Reason::invalid_topic_name, "a topic name must not be empty");
  if (text == "." || text == "..") {
    return refuse(Reason::invalid_topic_name, "a topic name must not be \".\" or \"..\"");
  }
  if (text.size() > kNameBytesMax) {
    return refuse(Reason::invalid_topic_name,
                  fmt::format("a topic name has at most {} characters, this one has {}",
                              kNameBytesMax, text.size()));
  }
  if (!std::ranges::all_of(text, is_allowed)) {
    return refuse(Reason::invalid_topic_name,
                  "a topic name consists of letters, digits, '.', '_' and '-'");
  }
  return {};
}

Result<TopicCatalog> TopicCatalog::load(const std::map<std::string, Bytes>& metadata) {
  TopicCatalog catalog;
  for (const BrokerScope scope : {BrokerScope::all, BrokerScope::this_one}) {
    const auto stored = metadata.find(broker_config_key(scope));
    if (stored == metadata.end()) continue;
    catalog.config_of(scope) = TRY(decode_broker_config(stored->second));
  }
  for (auto entry = metadata.lower_bound(std::string(kKeyPrefix));
       entry != metadata.end() && entry->first.starts_with(kKeyPrefix); ++entry) {
    const TopicName name(entry->first.substr(kKeyPrefix.size()));
    catalog.put(TRY(decode_topic(name, entry->second)));
  }
  return catalog;
}

const Topic* TopicCatalog::find(const TopicName& name) const {
  const auto found = topics_.find(name);
  return found == topics_.end() ? nullptr : &found->second;
}

const Topic* TopicCatalog::find(const Uuid& id) const {
  const auto found = names_.find(id);
  return found == names_.end() ? nullptr : find(found->second);
}

Answer<LogId> TopicCatalog::log_of(const TopicPartition& partition) const {
  const Topic* topic = find(partition.topic);
  const int32_t number = partition.partition.value();
  if (topic == nullptr) {
    return refuse(Reason::unknown_topic_or_partition,
                  fmt::format("there is no topic '{}'", partition.topic.value()));
  }
  if (number < 0 || number >= topic->partition_count()) {
    return refuse(Reason::unknown_topic_or_partition,
                  fmt::format("topic '{}' has no partition {}", partition.topic.value(), number));
  }
  return topic->partitions[static_cast<size_t>(number)];
}

const Topic* TopicCatalog::find_colliding(const TopicName& name) const {
  const std::string wanted = with_underscores(name);
  for (const auto& [other, topic] : topics_) {
    if (other != name && with_underscores(other) == wanted) return &topic;
  }
  return nullptr;
}

void TopicCatalog::set_broker_config(BrokerScope scope, ConfigMap config) {
  config_of(scope) = std::move(config);
  for (auto& [name, topic] : topics_) topic.settings = settings_of(topic.config);
}

void TopicCatalog::put(Topic topic) {
  remove(topic.name);
  topic.settings = settings_of(topic.config);
  partition_count_ += topic.partitions.size();
  names_[topic.id] = topic.name;
  const TopicName name = topic.name;
  topics_.emplace(name, std::move(topic));
  ++version_;
}

void TopicCatalog::remove(const TopicName& name) {
  const auto found = topics_.find(name);
  if (found == topics_.end()) return;
  partition_count_ -= found->second.partitions.size();
  names_.erase(found->second.id);
  topics_.erase(found);
  ++version_;
}

std::string topic_key(const TopicName& name) {
  return std::string(kKeyPrefix) + name.value();
}

Bytes encode_topic(const Topic& topic) {
  ByteWriter writer;
  writer.write_i8(kVersion);
  writer.write_bytes(std::as_bytes(std::span(topic.id.bytes)));
  writer.write_i16(topic.replication_factor);
  writer.write_unsigned_varint(topic.partitions.size());
  for (LogId log : topic.partitions) writer.write_u64(log.value());
  write_config(writer, topic.config);
  return std::move(writer).take();
}

Result<Topic> decode_topic(const TopicName& name, BytesView bytes) {
  const auto damaged = [&name](std::string_view what) {
    return Error(ErrorCode::corrupt,
                 fmt::format("the stored description of topic '{}' {}", name.value(), what));
  };
  ByteReader reader(bytes);
  const int8_t version = reader.read_i8();
  if (version != kVersion) return damaged(fmt::format("has the unknown version {}", version));
  Topic topic{.name = name};
  const BytesView id = reader.read_bytes(topic.id.bytes.size());
  if (reader.failed()) return damaged("is cut off");
  std::ranges::copy(id, std::as_writable_bytes(std::span(topic.id.bytes)).begin());
  topic.replication_factor = reader.read_i16();
  const uint64_t partitions = reader.read_unsigned_varint();
  for (uint64_t i = 0; i < partitions && !reader.failed(); ++i) {
    topic.partitions.emplace_back(reader.read_u64());
  }
  topic.config = read_config(reader);
  if (reader.failed()) return damaged("is cut off");
  if (reader.remaining() > 0) return damaged("has bytes that do not belong to it");
  if (topic.partitions.empty()) return damaged("has no partitions");
  if (auto fine = check_topic_config(topic.config); !fine) return damaged(fine.error().message);
  return topic;
}

}  // namespace tarn::broker
