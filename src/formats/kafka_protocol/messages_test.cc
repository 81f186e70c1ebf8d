// What holds for every message in every version.
#include <gtest/gtest.h>

#include "base/random.h"
#include "formats/kafka_protocol/testing/message_kinds.h"

namespace tarn::kafka_protocol {
namespace {

using testing::MessageKind;

constexpr uint64_t kRounds = 20;

// check(kind, bytes, version) for many made-up messages of each kind.
template <class Check>
void for_all(Check check) {
  for (const MessageKind& kind : testing::message_kinds()) {
    for (int16_t version = kind.first; version <= kind.last; ++version) {
      for (uint64_t seed = 0; seed < kRounds; ++seed) {
        SCOPED_TRACE(std::string(kind.api.name) + (kind.is_request ? " request" : " response") +
                     " version " + std::to_string(version) + " seed " + std::to_string(seed));
        check(kind, kind.made(seed, version), version);
      }
    }
  }
}

TEST(Messages, WhatIsEncodedDecodesToTheSame) {
  for_all([](const MessageKind& kind, const Bytes& bytes, int16_t version) {
    const auto rewritten = kind.rewritten(bytes, version);
    ASSERT_TRUE(rewritten) << rewritten.error().message();
    EXPECT_EQ(*rewritten, bytes);
  });
}

TEST(Messages, WhatIsCutOffIsCorrupt) {
  for_all([](const MessageKind& kind, const Bytes& bytes, int16_t version) {
    for (size_t kept = 0; kept < bytes.size(); kept += 1 + bytes.size() / 50) {
      EXPECT_FALSE(kind.rewritten(BytesView(bytes).first(kept), version)) << kept;
    }
  });
}

TEST(Messages, BytesAfterTheMessageChangeNothing) {
  for_all([](const MessageKind& kind, Bytes bytes, int16_t version) {
    bytes.push_back(std::byte{0});
    const auto rewritten = kind.rewritten(bytes, version);
    ASSERT_TRUE(rewritten);
    bytes.pop_back();
    EXPECT_EQ(*rewritten, bytes);
  });
}

TEST(Messages, AnyByteMayBeWrong) {
  Random random(5);
  for_all([&](const MessageKind& kind, Bytes bytes, int16_t version) {
    if (bytes.empty()) return;
    bytes[random.below(bytes.size())] = static_cast<std::byte>(random());
    const auto rewritten = kind.rewritten(bytes, version);
    if (!rewritten) EXPECT_EQ(rewritten.error().code(), ErrorCode::corrupt);
  });
}

}  // namespace
}  // namespace tarn::kafka_protocol
