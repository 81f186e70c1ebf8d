#include "edges/kafka_server/fetch_sessions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/os/testing/manual_clock.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int16_t kByName = 12;
constexpr int16_t kById = 13;

struct FetchSessionsTest : ::testing::Test {
  os::testing::ManualClock clock;
  FetchSessions sessions{clock, 1, {.sessions_max = 2, .partitions_max = 4}};

  static FetchRequest request(int32_t session, int32_t epoch, const std::vector<int32_t>& wanted,
                              const std::vector<int32_t>& forgotten = {}) {
    FetchRequest request;
    request.session_id = session;
    request.session_epoch = epoch;
    if (!wanted.empty()) request.topics.push_back({.topic = "t", .topic_id = {}, .partitions = {}});
    for (const int32_t index : wanted) {
      request.topics[0].partitions.push_back({.partition = index, .fetch_offset = 7});
    }
    if (!forgotten.empty()) {
      request.forgotten_topics.push_back({.topic = "t", .topic_id = {}, .partitions = forgotten});
    }
    return request;
  }
  std::shared_ptr<FetchSession> open(const std::vector<int32_t>& wanted) {
    return sessions.find(request(0, 0, wanted), kByName)->session;
  }
  static std::vector<int32_t> indexes(const FetchSession& session) {
    std::vector<int32_t> found;
    for (const auto& partition : session.partitions()) found.push_back(partition.wanted.partition);
    return found;
  }
  static FetchResponse::Partition answer(int32_t index, int64_t high_watermark, bool has_records) {
    FetchResponse::Partition partition{
        .partition_index = index, .high_watermark = high_watermark, .log_start_offset = 0};
    if (has_records) partition.records.pieces.emplace_back(Bytes(10));
    return partition;
  }
};

TEST_F(FetchSessionsTest, ARequestMayWantNone) {
  const auto found = sessions.find(request(0, -1, {0}), kByName);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->session, nullptr);
  EXPECT_EQ(sessions.size(), 0U);
}

TEST_F(FetchSessionsTest, RequestsAddChangeAndForget) {
  const auto session = open({0, 1});
  ASSERT_TRUE(session);
  EXPECT_NE(session->id(), 0);
  ASSERT_TRUE(sessions.find(request(session->id(), 1, {2}, {0}), kByName));
  EXPECT_THAT(indexes(*session), ElementsAre(1, 2));
  auto changed = request(session->id(), 2, {1});
  changed.topics[0].partitions[0].fetch_offset = 9;
  ASSERT_TRUE(sessions.find(changed, kByName));
  EXPECT_EQ(session->partitions().front().wanted.fetch_offset, 9);
}

TEST_F(FetchSessionsTest, EpochsAndIdsMustFit) {
  const auto session = open({0});
  EXPECT_EQ(sessions.find(request(session->id(), 2, {}), kByName).error(),
            KafkaError::invalid_fetch_session_epoch);
  EXPECT_EQ(sessions.find(request(session->id() ^ 1, 1, {}), kByName).error(),
            KafkaError::fetch_session_id_not_found);
  EXPECT_EQ(sessions.find(request(session->id(), 1, {}), kById).error(),
            KafkaError::fetch_session_topic_id_error);
  EXPECT_TRUE(sessions.find(request(session->id(), 1, {}), kByName));
}

TEST_F(FetchSessionsTest, AClientClosesItsSession) {
  const auto session = open({0});
  ASSERT_TRUE(sessions.find(request(session->id(), -1, {0}), kByName));
  EXPECT_EQ(sessions.size(), 0U);
}

TEST_F(FetchSessionsTest, OnlyNewsAreTold) {
  const auto session = open({0});
  const SessionPartition asked = session->partitions().front();
  EXPECT_TRUE(session->take(answer(0, 5, false), asked));
  EXPECT_FALSE(session->take(answer(0, 5, false), asked));
  EXPECT_TRUE(session->take(answer(0, 6, false), asked));
  EXPECT_TRUE(session->take(answer(0, 6, true), asked));
  auto refused = answer(0, 6, false);
  refused.error_code = 1;
  EXPECT_TRUE(session->take(refused, asked));
  EXPECT_TRUE(session->take(answer(0, 6, false), asked)) << "the error is over";
  EXPECT_FALSE(session->take(answer(0, 6, false), asked));
}

TEST_F(FetchSessionsTest, WhoWasServedIsTheLastTheNextTime) {
  const auto session = open({0, 1, 2});
  const SessionPartition asked = session->partitions().front();
  session->take(answer(0, 5, true), asked);
  EXPECT_THAT(indexes(*session), ElementsAre(1, 2, 0));
}

TEST_F(FetchSessionsTest, TheirNumberIsBounded) {
  const auto first = open({0});
  clock.advance(Millis(1));
  ASSERT_TRUE(open({0}));
  EXPECT_EQ(open({0}), nullptr) << "none is idle";
  clock.advance(std::chrono::minutes(3));
  ASSERT_TRUE(open({0}));
  EXPECT_EQ(sessions.find(request(first->id(), 1, {}), kByName).error(),
            KafkaError::fetch_session_id_not_found);
  EXPECT_EQ(sessions.size(), 2U);
}

TEST_F(FetchSessionsTest, SoAreTheirPartitions) {
  const auto session = open({0, 1, 2});
  EXPECT_EQ(open({0, 1}), nullptr);
  EXPECT_EQ(sessions.find(request(session->id(), 1, {3, 4}), kByName).error(),
            KafkaError::fetch_session_id_not_found);
  EXPECT_TRUE(open({0, 1}));
}

}  // namespace
}  // namespace tarn::kafka_server
