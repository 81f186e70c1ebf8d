// Who leads a partition and who has its replicas; of one node there is little to say.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct ElectLeadersRequest {
  static constexpr Api kApi = kElectLeaders;
  struct Topic {
    std::string_view topic;
    std::vector<int32_t> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.topic);
      visit.field(m.partitions);
    }
  };
  int8_t election_type = 0;
  std::optional<std::vector<Topic>> topics;
  int32_t timeout_ms = 60'000;

  static void describe(auto& m, auto& visit) {
    visit.field(m.election_type, {.from = 1});
    visit.field(m.topics);
    visit.field(m.timeout_ms);
  }
};

struct ElectLeadersResponse {
  static constexpr Api kApi = kElectLeaders;
  struct Partition {
    int32_t partition_id = 0;
    int16_t error_code = 0;
    std::optional<std::string> error_message;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition_id);
      visit.field(m.error_code);
      visit.field(m.error_message);
    }
  };
  struct Topic {
    std::string topic;
    std::vector<Partition> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.topic);
      visit.field(m.partitions);
    }
  };
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<Topic> results;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.error_code, {.from = 1});
    visit.field(m.results);
  }
};

struct AlterPartitionReassignmentsRequest {
  static constexpr Api kApi = kAlterPartitionReassignments;
  struct Partition {
    int32_t partition_index = 0;
    std::optional<std::vector<int32_t>> replicas;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition_index);
      visit.field(m.replicas);
    }
  };
  struct Topic {
    std::string_view name;
    std::vector<Partition> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.partitions);
    }
  };
  int32_t timeout_ms = 60'000;
  bool allow_replication_factor_change = true;
  std::vector<Topic> topics;

  static void describe(auto& m, auto& visit) {
    visit.field(m.timeout_ms);
    visit.field(m.allow_replication_factor_change, {.from = 1});
    visit.field(m.topics);
  }
};

struct AlterPartitionReassignmentsResponse {
  static constexpr Api kApi = kAlterPartitionReassignments;
  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    std::optional<std::string> error_message;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition_index);
      visit.field(m.error_code);
      visit.field(m.error_message);
    }
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.partitions);
    }
  };
  int32_t throttle_time_ms = 0;
  bool allow_replication_factor_change = true;
  int16_t error_code = 0;
  std::optional<std::string> error_message;
  std::vector<Topic> responses;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.allow_replication_factor_change, {.from = 1});
    visit.field(m.error_code);
    visit.field(m.error_message);
    visit.field(m.responses);
  }
};

struct ListPartitionReassignmentsRequest {
  static constexpr Api kApi = kListPartitionReassignments;
  struct Topic {
    std::string_view name;
    std::vector<int32_t> partition_indexes;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.partition_indexes);
    }
  };
  int32_t timeout_ms = 60'000;
  std::optional<std::vector<Topic>> topics;

  static void describe(auto& m, auto& visit) {
    visit.field(m.timeout_ms);
    visit.field(m.topics);
  }
};

struct ListPartitionReassignmentsResponse {
  static constexpr Api kApi = kListPartitionReassignments;
  struct Partition {
    int32_t partition_index = 0;
    std::vector<int32_t> replicas;
    std::vector<int32_t> adding_replicas;
    std::vector<int32_t> removing_replicas;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition_index);
      visit.field(m.replicas);
      visit.field(m.adding_replicas);
      visit.field(m.removing_replicas);
    }
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.partitions);
    }
  };
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message;
  std::vector<Topic> topics;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.error_code);
    visit.field(m.error_message);
    visit.field(m.topics);
  }
};

}  // namespace tarn::kafka_protocol
