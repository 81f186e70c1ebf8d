// What holds for every message in every version.
#include <gtest/gtest.h>

#include "formats/kafka_protocol/all_messages.h"
#include "formats/kafka_protocol/encoder.h"
#include "formats/kafka_protocol/testing/generator.h"

namespace tarn::kafka_protocol {
namespace {

constexpr uint64_t kRounds = 20;

// check.operator()<Message>(message, version) for many made-up messages of each kind.
template <class Check>
void for_all(Check check) {
  for_each_message([&]<class Request, class Response>(int16_t first, int16_t last) {
    for (int16_t version = first; version <= last; ++version) {
      for (uint64_t seed = 0; seed < kRounds; ++seed) {
        testing::Generator generator(seed, version);
        SCOPED_TRACE(std::string(Request::kApi.name) + " version " + std::to_string(version) +
                     " seed " + std::to_string(seed));
        check(generator.make<Request>(), version);
        check(generator.make<Response>(), version);
      }
    }
  });
}

TEST(Messages, WhatIsEncodedDecodesToTheSame) {
  for_all([]<class Message>(const Message& message, int16_t version) {
    const Bytes bytes = encode(message, version).joined();
    auto decoded = decode<Message>(bytes, version);
    ASSERT_TRUE(decoded) << decoded.error().message();
    EXPECT_EQ(encode(*decoded, version).joined(), bytes);
  });
}

TEST(Messages, WhatIsCutOffIsCorrupt) {
  for_all([]<class Message>(const Message& message, int16_t version) {
    const Bytes bytes = encode(message, version).joined();
    for (size_t kept = 0; kept < bytes.size(); kept += 1 + bytes.size() / 50) {
      EXPECT_FALSE(decode<Message>(BytesView(bytes).first(kept), version)) << kept;
    }
  });
}

TEST(Messages, BytesAfterTheMessageChangeNothing) {
  for_all([]<class Message>(const Message& message, int16_t version) {
    Bytes bytes = encode(message, version).joined();
    bytes.push_back(std::byte{0});
    const auto decoded = decode<Message>(bytes, version);
    ASSERT_TRUE(decoded);
    bytes.pop_back();
    EXPECT_EQ(encode(*decoded, version).joined(), bytes);
  });
}

TEST(Messages, AnyByteMayBeWrong) {
  Random random(5);
  for_all([&]<class Message>(const Message& message, int16_t version) {
    Bytes bytes = encode(message, version).joined();
    if (bytes.empty()) return;
    bytes[random.below(bytes.size())] = static_cast<std::byte>(random());
    auto decoded = decode<Message>(bytes, version);
    if (!decoded) EXPECT_EQ(decoded.error().code(), ErrorCode::corrupt);
  });
}

}  // namespace
}  // namespace tarn::kafka_protocol
