#include "formats/kafka_protocol/header.h"

#include <gtest/gtest.h>

#include "formats/kafka_protocol/api_versions.h"
#include "formats/kafka_protocol/membership.h"

namespace tarn::kafka_protocol {
namespace {

BytesView without_size(const Bytes& frame) {
  return BytesView(frame).subspan(4);
}

TEST(Header, ARequestGoesThereAndBack) {
  HeartbeatRequest request{.group_id = "g", .generation_id = 3, .member_id = "m"};
  const auto frame =
      encode_request(request, {.api_version = 4, .correlation_id = 9, .client_id = "me"}).joined();
  auto read = *read_request(without_size(frame), true);
  EXPECT_EQ(read.header.api_key, 12);
  EXPECT_EQ(read.header.correlation_id, 9);
  EXPECT_EQ(read.header.client_id, "me");
  EXPECT_EQ(decode<HeartbeatRequest>(read.body, 4)->generation_id, 3);
}

TEST(Header, TheClientIdIsNotCompactInFlexibleVersions) {
  const auto frame = encode_request(ApiVersionsRequest{}, {.api_version = 3, .client_id = "ab"});
  EXPECT_EQ(as_text(BytesView(frame.joined()).subspan(12, 4)), std::string_view("\0\2ab", 4));
}

TEST(Header, AClientNeedNotHaveAName) {
  const auto frame = encode_request(HeartbeatRequest{}, {.api_version = 0}).joined();
  EXPECT_FALSE(read_request(without_size(frame), false)->header.client_id);
}

TEST(Header, TheAnswerToApiVersionsHasNoTagsInItsHeader) {
  const auto versions = encode_response(ApiVersionsResponse{}, 3, 7).joined();
  EXPECT_EQ(versions[8], std::byte{0});  // directly the error code
  EXPECT_TRUE(decode<ApiVersionsResponse>(BytesView(versions).subspan(8), 3));
  const auto heartbeat = encode_response(HeartbeatResponse{}, 4, 7).joined();
  auto read = *read_response(without_size(heartbeat), kHeartbeat, 4);
  EXPECT_EQ(read.correlation_id, 7);
  EXPECT_TRUE(decode<HeartbeatResponse>(read.body, 4));
}

TEST(Header, TheSizeCountsWhatFollows) {
  const auto frame = encode_response(HeartbeatResponse{}, 4, 7).joined();
  EXPECT_EQ(ByteReader(frame).read_i32(), static_cast<int32_t>(frame.size() - 4));
}

TEST(Header, ACutHeadIsCorrupt) {
  const auto frame = encode_request(HeartbeatRequest{}, {.api_version = 4}).joined();
  for (size_t kept = 0; kept < 10; ++kept) {
    EXPECT_FALSE(read_request(without_size(frame).first(kept), true)) << kept;
  }
}

}  // namespace
}  // namespace tarn::kafka_protocol
