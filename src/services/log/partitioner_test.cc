#include "services/log/partitioner.h"

#include <gtest/gtest.h>

namespace tarn::log {
namespace {

int32_t hash(std::string_view text) {
  return static_cast<int32_t>(murmur2(as_bytes(text)));
}

// The values that the tests of Kafka's own client expect.
TEST(Partitioner, HashesAsKafkaDoes) {
  EXPECT_EQ(hash("21"), -973932308);
  EXPECT_EQ(hash("foobar"), -790332482);
  EXPECT_EQ(hash("a-little-bit-long-string"), -985981536);
  EXPECT_EQ(hash("a-little-bit-longer-string"), -1486304829);
  EXPECT_EQ(hash("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8"), -58897971);
  EXPECT_EQ(hash("abc"), 479470107);
}

TEST(Partitioner, ANegativeHashGivesAPartitionToo) {
  EXPECT_EQ(partition_of_key(as_bytes("21"), 10), PartitionId((-973932308 & 0x7fffffff) % 10));
}

}  // namespace
}  // namespace tarn::log
