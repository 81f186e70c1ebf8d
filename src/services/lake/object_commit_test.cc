#include "services/lake/object_commit.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace tarn::lake {
namespace {

ObjectCommit some_commit() {
  Random random(3);
  return {.table_id = Uuid::random(random),
          .id = Uuid::random(random),
          .objects = {{.staged = "0.json", .name = "t/a.json", .size = 7}},
          .next = {{{TopicName("t"), PartitionId(1)}, Offset(9)}},
          .topics = {{TopicName("t"), Uuid::random(random)}},
          .schema = "{}",
          .commits = 2,
          .rows = 5,
          .files = 1,
          .bytes = 7,
          .notices = {"records 1 to 2 of t/1 were gone"}};
}

TEST(ObjectCommitTest, IsReadAsItWasWritten) {
  EXPECT_EQ(read_object_commit(write_object_commit(some_commit())), some_commit());
}

TEST(ObjectCommitTest, MayHaveNoNotices) {
  auto text = write_object_commit(some_commit());
  text = text.substr(0, text.find(",\"notices\"")) + "}";
  auto expected = some_commit();
  expected.notices.clear();
  EXPECT_EQ(read_object_commit(text), expected);
}

TEST(ObjectCommitTest, DamageIsNamed) {
  const auto text = write_object_commit(some_commit());
  for (const char* wrong : {"", "[]", "{}", R"({"notices":[1]})"}) {
    EXPECT_EQ(read_object_commit(wrong).error().code(), ErrorCode::corrupt) << wrong;
  }
  EXPECT_EQ(read_object_commit(text.substr(0, text.size() / 2)).error().code(), ErrorCode::corrupt);
}

}  // namespace
}  // namespace tarn::lake
