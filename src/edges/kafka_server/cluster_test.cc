// What administrators ask of the cluster as a whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edges/kafka_server/testing/test_server.h"
#include "formats/kafka_protocol/describe_quorum.h"
#include "formats/kafka_protocol/describe_topic_partitions.h"
#include "formats/kafka_protocol/error_code.h"
#include "formats/kafka_protocol/update_features.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using ::testing::ElementsAre;
using testing::ServerTest;

struct Cluster : ServerTest {
  DescribeTopicPartitionsResponse describe(DescribeTopicPartitionsRequest request) {
    return call<DescribeTopicPartitionsResponse>(request, 0);
  }
  // "topic: partitions" for each topic of an answer.
  static std::vector<std::string> found(const DescribeTopicPartitionsResponse& response) {
    std::vector<std::string> lines;
    for (const auto& topic : response.topics) {
      std::string line = *topic.name + ":";
      for (const auto& one : topic.partitions) line += " " + std::to_string(one.partition_index);
      lines.push_back(std::move(line));
    }
    return lines;
  }
  UpdateFeaturesResponse update(std::string_view feature, int16_t level, int16_t version = 1) {
    UpdateFeaturesRequest request;
    request.feature_updates = {{.feature = feature, .max_version_level = level}};
    return call<UpdateFeaturesResponse>(request, version);
  }
};

TEST_F(Cluster, PartitionsAreDescribedInPiecesOfTheSizeAskedFor) {
  create_topic("a", 2);
  create_topic("b", 3);
  auto first = describe({.topics = {}, .response_partition_limit = 3, .cursor = {}});
  EXPECT_THAT(found(first), ElementsAre("a: 0 1", "b: 0"));
  ASSERT_TRUE(first.next_cursor);
  auto rest = describe({.topics = {}, .cursor = first.next_cursor});
  EXPECT_THAT(found(rest), ElementsAre("b: 1 2"));
  EXPECT_FALSE(rest.next_cursor);
}

TEST_F(Cluster, APieceThatEndsWithItsTopicGoesOnWithTheNext) {
  create_topic("a", 2);
  create_topic("b", 1);
  auto first = describe({.topics = {}, .response_partition_limit = 2, .cursor = {}});
  EXPECT_THAT(found(first), ElementsAre("a: 0 1"));
  ASSERT_TRUE(first.next_cursor);
  EXPECT_EQ(first.next_cursor->topic_name, "b");
}

TEST_F(Cluster, NamedTopicsAreDescribedAndUnknownOnesSaySo) {
  create_topic("a", 1);
  auto answer = describe({.topics = {{"zebra"}, {"a"}}, .cursor = {}});
  EXPECT_THAT(found(answer), ElementsAre("a: 0", "zebra:"));
  EXPECT_EQ(answer.topics[1].error_code, code(KafkaError::unknown_topic_or_partition));
}

TEST_F(Cluster, AFeatureStaysAtItsLevel) {
  EXPECT_EQ(update("transaction.version", 2).error_code, 0);
  const auto refused = update("transaction.version", 1);
  EXPECT_EQ(refused.error_code, code(KafkaError::invalid_update_version));
  EXPECT_EQ(refused.results.at(0).error_message,
            "transaction.version is at level 2 in this version of the server, and stays there");
  EXPECT_EQ(update("no.such", 1, 2).error_message, "there is no feature 'no.such' here");
}

TEST_F(Cluster, TheQuorumIsThisNode) {
  DescribeQuorumRequest request;
  request.topics = {{.topic_name = "__cluster_metadata", .partitions = {{0}}}};
  const auto answer = call<DescribeQuorumResponse>(request, 2);
  EXPECT_EQ(answer.topics.at(0).partitions.at(0).leader_id, 1);
  EXPECT_EQ(answer.nodes.at(0).node_id, 1);
}

}  // namespace
}  // namespace tarn::kafka_server
