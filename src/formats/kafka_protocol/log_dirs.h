// Where partitions lie, and how large they are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct DescribeLogDirsRequest {
  static constexpr Api kApi = kDescribeLogDirs;
  struct Topic {
    std::string_view topic;
    std::vector<int32_t> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.topic);
      visit.field(m.partitions);
    }
  };
  std::optional<std::vector<Topic>> topics;

  static void describe(auto& m, auto& visit) { visit.field(m.topics); }
};

struct DescribeLogDirsResponse {
  static constexpr Api kApi = kDescribeLogDirs;
  struct Partition {
    int32_t partition_index = 0;
    int64_t partition_size = 0;
    int64_t offset_lag = 0;
    bool is_future_key = false;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition_index);
      visit.field(m.partition_size);
      visit.field(m.offset_lag);
      visit.field(m.is_future_key);
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
  struct Result {
    int16_t error_code = 0;
    std::string log_dir;
    std::vector<Topic> topics;
    int64_t total_bytes = -1;
    int64_t usable_bytes = -1;

    static void describe(auto& m, auto& visit) {
      visit.field(m.error_code);
      visit.field(m.log_dir);
      visit.field(m.topics);
      visit.field(m.total_bytes, {.from = 4});
      visit.field(m.usable_bytes, {.from = 4});
    }
  };
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<Result> results;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.error_code, {.from = 3});
    visit.field(m.results);
  }
};

struct AlterReplicaLogDirsRequest {
  static constexpr Api kApi = kAlterReplicaLogDirs;
  struct Topic {
    std::string_view name;
    std::vector<int32_t> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.partitions);
    }
  };
  struct Dir {
    std::string_view path;
    std::vector<Topic> topics;

    static void describe(auto& m, auto& visit) {
      visit.field(m.path);
      visit.field(m.topics);
    }
  };
  std::vector<Dir> dirs;

  static void describe(auto& m, auto& visit) { visit.field(m.dirs); }
};

struct AlterReplicaLogDirsResponse {
  static constexpr Api kApi = kAlterReplicaLogDirs;
  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition_index);
      visit.field(m.error_code);
    }
  };
  struct Topic {
    std::string topic_name;
    std::vector<Partition> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.topic_name);
      visit.field(m.partitions);
    }
  };
  int32_t throttle_time_ms = 0;
  std::vector<Topic> results;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.results);
  }
};

}  // namespace tarn::kafka_protocol
