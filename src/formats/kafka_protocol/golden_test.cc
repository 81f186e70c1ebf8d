// Frames that other people's clients and servers wrote (tests/golden/kafka).
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "formats/kafka_protocol/all_messages.h"
#include "formats/kafka_protocol/header.h"

namespace tarn::kafka_protocol {
namespace {

namespace fs = std::filesystem;

struct GoldenFile {
  fs::path path;
  int16_t key = 0;
  int16_t version = 0;
  [[nodiscard]] bool is_request() const { return path.extension() == ".request"; }
};

int16_t number(std::string_view text) {
  int16_t value = -1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<GoldenFile> golden_files() {
  std::vector<GoldenFile> files;
  for (const auto& entry : fs::recursive_directory_iterator("tests/golden/kafka")) {
    const auto extension = entry.path().extension();
    if (extension != ".request" && extension != ".response") continue;
    const std::string stem = entry.path().stem();  // "3-v12"
    const size_t dash = stem.find("-v");
    files.push_back({.path = entry.path(),
                     .key = number(stem.substr(0, dash)),
                     .version = number(stem.substr(dash + 2))});
  }
  return files;
}

Bytes contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

Bytes without_size(const Frame& frame) {
  const Bytes bytes = frame.joined();
  return {bytes.begin() + 4, bytes.end()};
}

template <class Message>
void check_request(const Bytes& frame, int16_t version) {
  auto request = read_request(frame, Message::kApi.is_flexible(version));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->header.api_key, Message::kApi.key);
  auto message = decode<Message>(request->body, version);
  ASSERT_TRUE(message) << message.error().message();
  EXPECT_EQ(without_size(encode_request(*message, request->header)), frame);
}

template <class Message>
void check_response(const Bytes& frame, int16_t version) {
  auto response = read_response(frame, Message::kApi, version);
  ASSERT_TRUE(response);
  auto message = decode<Message>(response->body, version);
  ASSERT_TRUE(message) << message.error().message();
  EXPECT_EQ(without_size(encode_response(*message, version, response->correlation_id)), frame);
}

TEST(Golden, WhatOthersWroteIsWrittenTheSame) {
  int checked = 0;
  for (const auto& file : golden_files()) {
    SCOPED_TRACE(file.path);
    const Bytes frame = contents(file.path);
    for_each_message([&]<class Request, class Response>(int16_t first, int16_t last) {
      if (Request::kApi.key != file.key || file.version < first || file.version > last) return;
      ++checked;
      if (file.is_request()) return check_request<Request>(frame, file.version);
      check_response<Response>(frame, file.version);
    });
  }
  EXPECT_EQ(checked, std::ssize(golden_files()));
  EXPECT_GT(checked, 100);
}

}  // namespace
}  // namespace tarn::kafka_protocol
