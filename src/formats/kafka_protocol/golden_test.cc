// Frames that other people's clients, servers and libraries wrote (tests/golden/kafka).
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include <gtest/gtest.h>

#include "formats/kafka_protocol/header.h"
#include "formats/kafka_protocol/testing/message_kinds.h"

namespace tarn::kafka_protocol {
namespace {

namespace fs = std::filesystem;

using testing::MessageKind;

struct Golden {
  std::string where;
  int16_t key = -1;
  int16_t version = -1;
  bool is_request = false;
  Bytes frame;  // after its size

  [[nodiscard]] bool is_of(const MessageKind& kind) const {
    return key == kind.api.key && is_request == kind.is_request && version >= kind.first &&
           version <= kind.last;
  }
};

int16_t number(std::string_view text) {
  int16_t value = -1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Bytes contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

// <client>/<key>-v<version>.request and .response: a frame each.
std::vector<Golden> recorded() {
  std::vector<Golden> all;
  for (const auto& entry : fs::recursive_directory_iterator("tests/golden/kafka")) {
    const auto extension = entry.path().extension();
    if (extension != ".request" && extension != ".response") continue;
    const std::string stem = entry.path().stem();  // "3-v12"
    const size_t dash = stem.find("-v");
    all.push_back({.where = entry.path(),
                   .key = number(stem.substr(0, dash)),
                   .version = number(stem.substr(dash + 2)),
                   .is_request = extension == ".request",
                   .frame = contents(entry.path())});
  }
  return all;
}

Bytes bytes_of_digits(std::string_view digits) {
  Bytes bytes(digits.size() / 2);
  for (size_t i = 0; i < bytes.size(); ++i) {
    unsigned value = 0;
    std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, value, 16);
    bytes[i] = static_cast<std::byte>(value);
  }
  return bytes;
}

// written-by-kafka/<key>.txt with lines "version request|response variant hexadecimal digits".
std::vector<Golden> written_by_kafka() {
  std::vector<Golden> all;
  for (const auto& entry : fs::directory_iterator("tests/golden/kafka/written-by-kafka")) {
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with('#')) continue;
      int16_t version = -1;
      std::string kind;
      std::string variant;
      std::string digits;
      std::istringstream(line) >> version >> kind >> variant >> digits;
      all.push_back(
          {.where = entry.path().string() + ": " + line.substr(0, line.size() - digits.size()),
           .key = number(entry.path().stem().string()),
           .version = version,
           .is_request = kind == "request",
           .frame = bytes_of_digits(digits)});
    }
  }
  return all;
}

void check_request(const MessageKind& kind, const Bytes& frame, int16_t version) {
  const bool is_flexible = kind.api.is_flexible(version);
  const auto request = read_request(frame, is_flexible);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->header.api_key, kind.api.key);
  EXPECT_EQ(request->header.api_version, version);
  const auto body = kind.rewritten(request->body, version);
  ASSERT_TRUE(body) << body.error().message();
  Encoder encoder(version, is_flexible);
  begin_request(encoder, kind.api, request->header);
  encoder.raw().write_bytes(*body);
  EXPECT_EQ(std::move(encoder).take().joined(), frame);
}

void check_response(const MessageKind& kind, const Bytes& frame, int16_t version) {
  const auto response = read_response(frame, kind.api, version);
  ASSERT_TRUE(response);
  const auto body = kind.rewritten(response->body, version);
  ASSERT_TRUE(body) << body.error().message();
  Encoder encoder(version, kind.api.is_flexible(version));
  begin_response(encoder, kind.api, version, response->correlation_id);
  encoder.raw().write_bytes(*body);
  EXPECT_EQ(std::move(encoder).take().joined(), frame);
}

void check_that_we_write_the_same(const std::vector<Golden>& all) {
  const auto kinds = testing::message_kinds();
  for (const Golden& golden : all) {
    SCOPED_TRACE(golden.where);
    const auto kind =
        std::ranges::find_if(kinds, [&](const auto& one) { return golden.is_of(one); });
    ASSERT_NE(kind, kinds.end());
    if (kind->is_request) check_request(*kind, golden.frame, golden.version);
    if (!kind->is_request) check_response(*kind, golden.frame, golden.version);
  }
}

TEST(Golden, WhatOthersWroteIsWrittenTheSame) {
  const auto all = recorded();
  EXPECT_GT(all.size(), 100U);
  check_that_we_write_the_same(all);
}

TEST(Golden, WhatKafkasClassesWriteIsWrittenTheSame) {
  check_that_we_write_the_same(written_by_kafka());
}

TEST(Golden, KafkasClassesWroteEveryVersionOfEveryMessage) {
  const auto all = written_by_kafka();
  for (const MessageKind& kind : testing::message_kinds()) {
    for (int16_t version = kind.first; version <= kind.last; ++version) {
      EXPECT_TRUE(std::ranges::any_of(
          all, [&](const Golden& one) { return one.is_of(kind) && one.version == version; }))
          << kind.api.name << (kind.is_request ? " request" : " response") << " version " << version
          << ": tests/golden/kafka/README.md says how it is written";
    }
  }
}

}  // namespace
}  // namespace tarn::kafka_protocol
