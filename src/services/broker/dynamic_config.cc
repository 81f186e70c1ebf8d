#include "services/broker/dynamic_config.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "services/broker/own_config.h"

namespace tarn::broker {
namespace {

constexpr int8_t kVersion = 1;

constexpr std::array kInherited{
    InheritedKey{"compression.type", "compression.type"},
    InheritedKey{"log.cleaner.delete.retention.ms", "delete.retention.ms"},
    InheritedKey{"log.cleaner.max.compaction.lag.ms", "max.compaction.lag.ms"},
    InheritedKey{"log.cleaner.min.cleanable.ratio", "min.cleanable.dirty.ratio"},
    InheritedKey{"log.cleaner.min.compaction.lag.ms", "min.compaction.lag.ms"},
    InheritedKey{"log.cleanup.policy", "cleanup.policy"},
    InheritedKey{"log.flush.interval.messages", "flush.messages"},
    InheritedKey{"log.flush.interval.ms", "flush.ms"},
    InheritedKey{"log.index.interval.bytes", "index.interval.bytes"},
    InheritedKey{"log.message.timestamp.after.max.ms", "message.timestamp.after.max.ms"},
    InheritedKey{"log.message.timestamp.before.max.ms", "message.timestamp.before.max.ms"},
    InheritedKey{"log.message.timestamp.type", "message.timestamp.type"},
    InheritedKey{"log.preallocate", "preallocate"},
    InheritedKey{"log.retention.bytes", "retention.bytes"},
    InheritedKey{"log.retention.ms", "retention.ms"},
    InheritedKey{"log.roll.jitter.ms", "segment.jitter.ms"},
    InheritedKey{"log.roll.ms", "segment.ms"},
    InheritedKey{"log.segment.bytes", "segment.bytes"},
    InheritedKey{"log.segment.delete.delay.ms", "file.delete.delay.ms"},
    InheritedKey{"message.max.bytes", "max.message.bytes"},
    InheritedKey{"min.insync.replicas", "min.insync.replicas"},
    InheritedKey{"unclean.leader.election.enable", "unclean.leader.election.enable"},
};

}  // namespace

std::span<const InheritedKey> inherited_keys() {
  return kInherited;
}

std::string broker_config_key(BrokerScope scope) {
  return scope == BrokerScope::all ? "broker-config/all" : "broker-config/this";
}

Answer<void> check_broker_config(const ConfigMap& config) {
  for (const auto& [name, value] : config) {
    if (is_own_config(name)) {
      if (auto fine = check_own_config(name, value); !fine) return fine;
      continue;
    }
    const auto* key = std::ranges::find(kInherited, name, &InheritedKey::broker_name);
    if (key == kInherited.end()) {
      return refuse(Reason::invalid_config,
                    fmt::format("'{}' is no setting that can be changed while the broker runs; "
                                "these can: log.cleaner.backoff.ms and the defaults of topics, "
                                "such as log.retention.ms",
                                name));
    }
    auto fine = check_topic_config({{std::string(key->topic_name), value}});
    if (!fine) return fine;
  }
  return {};
}

Bytes encode_broker_config(const ConfigMap& config) {
  ByteWriter writer;
  writer.write_i8(kVersion);
  write_config(writer, config);
  return std::move(writer).take();
}

Result<ConfigMap> decode_broker_config(BytesView bytes) {
  ByteReader reader(bytes);
  const int8_t version = reader.read_i8();
  ConfigMap config = read_config(reader);
  if (version != kVersion || reader.failed() || reader.remaining() > 0) {
    return Error(ErrorCode::corrupt, "the stored settings of the broker cannot be read");
  }
  if (auto fine = check_broker_config(config); !fine) {
    return Error(ErrorCode::corrupt, "the stored settings of the broker: " + fine.error().message);
  }
  return config;
}

}  // namespace tarn::broker
