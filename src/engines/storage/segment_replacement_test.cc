#include "engines/storage/segment_replacement.h"

#include <gtest/gtest.h>

namespace tarn::storage {
namespace {

class Replacement : public ::testing::Test {
 protected:
  Replacement() {
    log_.segments = {{.base = Offset(0), .bytes = 10},
                     {.base = Offset(5), .generation = 2, .bytes = 20},
                     {.base = Offset(9), .bytes = 30}};
    log_.end = Offset(12);
    log_.aborted = {{ProducerId(1), Offset(1), Offset(2), Offset(3)},
                    {ProducerId(1), Offset(6), Offset(7), Offset(8)}};
  }
  LogRecord log_ = new_log(LogId(1), "table-0", {});
};

TEST_F(Replacement, PutsNewSegmentsInThePlaceOfOldOnes) {
  EXPECT_TRUE(apply_replacement(log_, {.out = {{Offset(0), 0}, {Offset(5), 2}},
                                       .in = {{.base = Offset(0), .generation = 3, .bytes = 15}},
                                       .compacted = Offset(9),
                                       .forgotten = {Offset(2)}}));
  ASSERT_EQ(log_.segments.size(), 2U);
  EXPECT_EQ(log_.segments[0].name(), (SegmentName{Offset(0), 3}));
  EXPECT_EQ(log_.bytes(), 45U);
  EXPECT_EQ(log_.compacted, Offset(9));
  ASSERT_EQ(log_.aborted.size(), 1U);
  EXPECT_EQ(log_.aborted[0].marker, Offset(7));
}

TEST_F(Replacement, MayLeaveNothing) {
  EXPECT_TRUE(apply_replacement(log_, {.out = {{Offset(0), 0}}}));
  EXPECT_EQ(log_.segments.front().base, Offset(5));
}

TEST_F(Replacement, OfWhatIsNotThereChangesNothing) {
  const auto before = log_.segments;
  EXPECT_FALSE(apply_replacement(log_, {.out = {{Offset(5), 1}}, .compacted = Offset(9)}));
  EXPECT_FALSE(apply_replacement(log_, {.out = {{Offset(5), 2}, {Offset(0), 0}}}));
  EXPECT_EQ(log_.segments, before);
  EXPECT_EQ(log_.compacted, Offset(0));
}

TEST_F(Replacement, OfTheSegmentThatIsWrittenToChangesNothing) {
  EXPECT_FALSE(apply_replacement(log_, {.out = {{Offset(5), 2}, {Offset(9), 0}}}));
  EXPECT_FALSE(apply_replacement(log_, {.out = {{Offset(9), 0}}}));
  EXPECT_EQ(log_.segments.size(), 3U);
}

TEST_F(Replacement, ReadsBackWhatWasWritten) {
  const SegmentReplacement written{.out = {{Offset(0), 0}, {Offset(5), 2}},
                                   .in = {{.base = Offset(0),
                                           .generation = 3,
                                           .bytes = 15,
                                           .first_append = from_unix_millis(1),
                                           .last_append = from_unix_millis(2),
                                           .max_timestamp = from_unix_millis(3)}},
                                   .compacted = Offset(9),
                                   .forgotten = {Offset(2), Offset(7)}};
  const Bytes body = write_replacement(written);
  const auto read = read_replacement(body);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, written);
  for (size_t size = 0; size < body.size(); ++size) {
    EXPECT_FALSE(read_replacement(BytesView(body).first(size))) << size;
  }
}

}  // namespace
}  // namespace tarn::storage
