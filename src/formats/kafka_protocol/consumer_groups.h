// Groups whose broker assigns (KIP-848).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"
#include "formats/kafka_protocol/metadata.h"

namespace tarn::kafka_protocol {

struct ConsumerGroupHeartbeatRequest {
  static constexpr Api kApi = kConsumerGroupHeartbeat;
  struct TopicPartitions {
    Uuid topic_id;
    std::vector<int32_t> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.topic_id);
      visit.field(m.partitions);
    }
  };
  std::string_view group_id;
  std::string_view member_id;
  int32_t member_epoch = 0;  // 0: joins, -1: leaves, -2: leaves and comes back
  std::optional<std::string_view> instance_id;
  std::optional<std::string_view> rack_id;
  int32_t rebalance_timeout_ms = -1;  // here and below: -1 and null mean that it is as before
  std::optional<std::vector<std::string_view>> subscribed_topic_names;
  std::optional<std::string_view> subscribed_topic_regex;
  std::optional<std::string_view> server_assignor;
  std::optional<std::vector<TopicPartitions>> topic_partitions;  // that the member owns

  static void describe(auto& m, auto& visit) {
    visit.field(m.group_id);
    visit.field(m.member_id);
    visit.field(m.member_epoch);
    visit.field(m.instance_id);
    visit.field(m.rack_id);
    visit.field(m.rebalance_timeout_ms);
    visit.field(m.subscribed_topic_names);
    visit.field(m.subscribed_topic_regex, {.from = 1});
    visit.field(m.server_assignor);
    visit.field(m.topic_partitions);
  }
};

struct ConsumerGroupHeartbeatResponse {
  static constexpr Api kApi = kConsumerGroupHeartbeat;
  struct TopicPartitions {
    Uuid topic_id;
    std::vector<int32_t> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.topic_id);
      visit.field(m.partitions);
    }
  };
  struct Assignment {
    std::vector<TopicPartitions> topic_partitions;

    static void describe(auto& m, auto& visit) { visit.field(m.topic_partitions); }
  };
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message;
  std::optional<std::string> member_id;
  int32_t member_epoch = 0;
  int32_t heartbeat_interval_ms = 0;
  std::optional<Assignment> assignment;  // null: as before

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.error_code);
    visit.field(m.error_message);
    visit.field(m.member_id);
    visit.field(m.member_epoch);
    visit.field(m.heartbeat_interval_ms);
    visit.field(m.assignment);
  }
};

struct ConsumerGroupDescribeRequest {
  static constexpr Api kApi = kConsumerGroupDescribe;
  std::vector<std::string_view> group_ids;
  bool include_authorized_operations = false;

  static void describe(auto& m, auto& visit) {
    visit.field(m.group_ids);
    visit.field(m.include_authorized_operations);
  }
};

struct ConsumerGroupDescribeResponse {
  static constexpr Api kApi = kConsumerGroupDescribe;
  struct TopicPartitions {
    Uuid topic_id;
    std::string topic_name;
    std::vector<int32_t> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.topic_id);
      visit.field(m.topic_name);
      visit.field(m.partitions);
    }
  };
  struct Assignment {
    std::vector<TopicPartitions> topic_partitions;

    static void describe(auto& m, auto& visit) { visit.field(m.topic_partitions); }
  };
  struct Member {
    std::string member_id;
    std::optional<std::string> instance_id;
    std::optional<std::string> rack_id;
    int32_t member_epoch = 0;
    std::string client_id;
    std::string client_host;
    std::vector<std::string> subscribed_topic_names;
    std::optional<std::string> subscribed_topic_regex;
    Assignment assignment;
    Assignment target_assignment;
    int8_t member_type = -1;  // 0: of the classic protocol, 1: of this one

    static void describe(auto& m, auto& visit) {
      visit.field(m.member_id);
      visit.field(m.instance_id);
      visit.field(m.rack_id);
      visit.field(m.member_epoch);
      visit.field(m.client_id);
      visit.field(m.client_host);
      visit.field(m.subscribed_topic_names);
      visit.field(m.subscribed_topic_regex);
      visit.field(m.assignment);
      visit.field(m.target_assignment);
      visit.field(m.member_type, {.from = 1});
    }
  };
  struct Group {
    int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::string group_id;
    std::string group_state;
    int32_t group_epoch = 0;
    int32_t assignment_epoch = 0;
    std::string assignor_name;
    std::vector<Member> members;
    int32_t authorized_operations = kOperationsUnknown;

    static void describe(auto& m, auto& visit) {
      visit.field(m.error_code);
      visit.field(m.error_message);
      visit.field(m.group_id);
      visit.field(m.group_state);
      visit.field(m.group_epoch);
      visit.field(m.assignment_epoch);
      visit.field(m.assignor_name);
      visit.field(m.members);
      visit.field(m.authorized_operations);
    }
  };
  int32_t throttle_time_ms = 0;
  std::vector<Group> groups;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.groups);
  }
};

}  // namespace tarn::kafka_protocol
