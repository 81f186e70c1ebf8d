#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"
#include "formats/kafka_protocol/produce.h"

namespace tarn::kafka_protocol {

struct FetchRequest {
  static constexpr Api kApi = kFetch;
  struct ReplicaState {
    int32_t replica_id = -1;
    int64_t replica_epoch = -1;
    bool operator==(const ReplicaState&) const = default;

    static void describe(auto& m, auto& visit) {
      visit.field(m.replica_id);
      visit.field(m.replica_epoch);
    }
  };
  struct Partition {
    int32_t partition = 0;
    int32_t current_leader_epoch = -1;
    int64_t fetch_offset = 0;
    int32_t last_fetched_epoch = -1;
    int64_t log_start_offset = -1;
    int32_t partition_max_bytes = 0;
    Uuid replica_directory_id;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition);
      visit.field(m.current_leader_epoch, {.from = 9});
      visit.field(m.fetch_offset);
      visit.field(m.last_fetched_epoch, {.from = 12});
      visit.field(m.log_start_offset, {.from = 5});
      visit.field(m.partition_max_bytes);
      visit.tagged(0, m.replica_directory_id, {.from = 17});
    }
  };
  struct Topic {
    std::string_view topic;
    Uuid topic_id;
    std::vector<Partition> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.topic, {.to = 12});
      visit.field(m.topic_id, {.from = 13});
      visit.field(m.partitions);
    }
  };
  struct ForgottenTopic {
    std::string_view topic;
    Uuid topic_id;
    std::vector<int32_t> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.topic, {.to = 12});
      visit.field(m.topic_id, {.from = 13});
      visit.field(m.partitions);
    }
  };
  std::optional<std::string_view> cluster_id;
  int32_t replica_id = -1;
  ReplicaState replica_state;
  int32_t max_wait_ms = 0;
  int32_t min_bytes = 0;
  int32_t max_bytes = INT32_MAX;
  int8_t isolation_level = 0;
  int32_t session_id = 0;
  int32_t session_epoch = -1;
  std::vector<Topic> topics;
  std::vector<ForgottenTopic> forgotten_topics;
  std::string_view rack_id;

  static void describe(auto& m, auto& visit) {
    visit.field(m.replica_id, {.to = 14});
    visit.field(m.max_wait_ms);
    visit.field(m.min_bytes);
    visit.field(m.max_bytes, {.from = 3});
    visit.field(m.isolation_level, {.from = 4});
    visit.field(m.session_id, {.from = 7});
    visit.field(m.session_epoch, {.from = 7});
    visit.field(m.topics);
    visit.field(m.forgotten_topics, {.from = 7});
    visit.field(m.rack_id, {.from = 11});
    visit.tagged(0, m.cluster_id, {.from = 12});
    visit.tagged(1, m.replica_state, {.from = 15});
  }
};

struct FetchResponse {
  static constexpr Api kApi = kFetch;
  struct EpochEndOffset {
    int32_t epoch = -1;
    int64_t end_offset = -1;
    bool operator==(const EpochEndOffset&) const = default;

    static void describe(auto& m, auto& visit) {
      visit.field(m.epoch);
      visit.field(m.end_offset);
    }
  };
  struct SnapshotId {
    int64_t end_offset = -1;
    int32_t epoch = -1;
    bool operator==(const SnapshotId&) const = default;

    static void describe(auto& m, auto& visit) {
      visit.field(m.end_offset);
      visit.field(m.epoch);
    }
  };
  struct AbortedTransaction {
    int64_t producer_id = 0;
    int64_t first_offset = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.producer_id);
      visit.field(m.first_offset);
    }
  };
  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    int64_t high_watermark = -1;
    int64_t last_stable_offset = -1;
    int64_t log_start_offset = -1;
    EpochEndOffset diverging_epoch;
    LeaderIdAndEpoch current_leader;
    SnapshotId snapshot_id;
    std::optional<std::vector<AbortedTransaction>> aborted_transactions;
    int32_t preferred_read_replica = -1;
    Records records;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition_index);
      visit.field(m.error_code);
      visit.field(m.high_watermark);
      visit.field(m.last_stable_offset, {.from = 4});
      visit.field(m.log_start_offset, {.from = 5});
      visit.field(m.aborted_transactions, {.from = 4, .nullable_from = 4});
      visit.field(m.preferred_read_replica, {.from = 11});
      visit.field(m.records);
      visit.tagged(0, m.diverging_epoch, {.from = 12});
      visit.tagged(1, m.current_leader, {.from = 12});
      visit.tagged(2, m.snapshot_id, {.from = 12});
    }
  };
  struct Topic {
    std::string topic;
    Uuid topic_id;
    std::vector<Partition> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.topic, {.to = 12});
      visit.field(m.topic_id, {.from = 13});
      visit.field(m.partitions);
    }
  };
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  int32_t session_id = 0;
  std::vector<Topic> topics;
  std::vector<NodeEndpoint> node_endpoints;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms, {.from = 1});
    visit.field(m.error_code, {.from = 7});
    visit.field(m.session_id, {.from = 7});
    visit.field(m.topics);
    visit.tagged(0, m.node_endpoints, {.from = 16});
  }
};

}  // namespace tarn::kafka_protocol
