// A test of a pipeline: tests/*.yaml beside tarn.yaml.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "formats/pipeline/problem.h"

namespace tarn::pipeline {

// A recorded answer of the polled API.
struct RecordedResponse {
  int64_t status = 200;
  std::map<std::string, std::string> headers;
  std::string body;
  std::optional<std::string> body_file;  // beside the test
};

struct ExpectedTopic {
  std::optional<int64_t> count;
};
struct ExpectedTable {
  std::optional<int64_t> count;
  std::optional<std::string> rows_file;  // CSV beside the test; its heading selects the columns
};
struct ExpectedSource {
  std::string status;  // running, waiting, failing, paused
  std::optional<std::string> reason;
};

struct Expectations {
  std::map<std::string, ExpectedTopic> topic;
  std::map<std::string, ExpectedTable> table;
  std::map<std::string, ExpectedSource> source;
  std::vector<std::string> objects;  // patterns below the lake, each matched by a file
};

struct TestCase {
  std::string name;
  std::optional<Timestamp> now;                               // time stands still there
  std::map<std::string, std::vector<RecordedResponse>> http;  // by source, one after the other
  Expectations expect;
};

std::expected<TestCase, std::vector<Problem>> parse_test_case(std::string_view text);

}  // namespace tarn::pipeline
