// What every Log does, as one suite. A World gives a log and runs what it answers:
//   struct World { Log& log(); template <class T> T run(runtime::Awaitable<T>); };
// INSTANTIATE_TYPED_TEST_SUITE_P(Name, LogContract, World);
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "formats/record/batch_builder.h"
#include "formats/record/record_reader.h"
#include "services/log/log.h"

namespace tarn::log::testing {

template <class World>
class LogContract : public ::testing::Test {
 protected:
  using Values = std::vector<std::string>;

  LogContract() { ensure("orders", 2); }

  Log& log() { return world_.log(); }
  auto run(auto task) { return world_.run(std::move(task)); }

  TopicDescription ensure(const std::string& name, int32_t partitions) {
    auto topic = run(log().ensure_topic({.name = TopicName(name), .partitions = partitions}));
    EXPECT_TRUE(topic) << topic.error().message();
    return topic ? *topic : TopicDescription{};
  }
  static TopicPartition part(int32_t number, const std::string& topic = "orders") {
    return {TopicName(topic), PartitionId(number)};
  }
  static Timestamp at(int64_t millis) { return from_unix_millis(1'725'190'561'000 + millis); }
  // One record after the other, a millisecond apart from `start` on.
  static RecordBatch batch(TopicPartition to, const Values& values, int64_t start = 0) {
    record::BatchBuilder builder;
    for (const std::string& value : values) {
      builder.add({.offset = {},
                   .timestamp = at(start++),
                   .key = std::nullopt,
                   .value = as_bytes(value),
                   .headers = {}});
    }
    return {.to = std::move(to), .batch = std::move(builder).finish()};
  }
  Result<std::vector<Offset>> append(std::vector<RecordBatch> batches) {
    return run(log().append(std::move(batches)));
  }
  Result<std::vector<Offset>> write(const Values& values) {
    std::vector<RecordBatch> one;
    one.push_back(batch(part(0), values));
    return append(std::move(one));
  }
  Values read(TopicPartition from, int64_t offset, size_t bytes_max = 1 << 20) {
    auto read = run(log().read(std::move(from), Offset(offset), {.bytes_max = bytes_max}));
    if (!read) return {"error: " + read.error().message()};
    Values values;
    for (const SharedBytes& one : read->batches) {
      EXPECT_TRUE(record::for_each_record(one.view(), [&](const record::Record& found) -> Status {
        if (found.offset >= Offset(offset)) values.emplace_back(as_text(*found.value));
        return {};
      }));
    }
    return values;
  }
  static ErrorCode code(const auto& result) {
    EXPECT_FALSE(result);
    return result ? ErrorCode::internal : result.error().code();
  }

  World world_;
};

TYPED_TEST_SUITE_P(LogContract);

TYPED_TEST_P(LogContract, ATopicIsMadeOnceAndThenShownAsItIs) {
  const auto made = this->ensure("sales", 3);
  EXPECT_EQ(made.partitions, 3);
  const auto again = this->ensure("sales", 5);
  EXPECT_EQ(again.partitions, 3);
  EXPECT_EQ(again.id, made.id);
  EXPECT_FALSE(made.id.is_zero());
}

TYPED_TEST_P(LogContract, NamesThatStartWithTwoUnderscoresAreInternal) {
  EXPECT_TRUE(this->ensure("__state", 1).internal);
  EXPECT_FALSE(this->ensure("_state", 1).internal);
}

TYPED_TEST_P(LogContract, TopicsAreListed) {
  const auto topics = this->run(this->log().topics());
  ASSERT_TRUE(topics);
  const auto count = std::count_if(topics->begin(), topics->end(), [](const auto& topic) {
    return topic.name == TopicName("orders") && topic.partitions == 2;
  });
  EXPECT_EQ(count, 1);
}

TYPED_TEST_P(LogContract, WhatIsAppendedIsReadAtItsOffset) {
  EXPECT_EQ(this->write({"a", "b"})->front(), Offset(0));
  EXPECT_EQ(this->write({"c"})->front(), Offset(2));
  EXPECT_EQ(this->read(this->part(0), 0), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(this->read(this->part(0), 1), (std::vector<std::string>{"b", "c"}));
  EXPECT_TRUE(this->read(this->part(1), 0).empty());
}

TYPED_TEST_P(LogContract, AllBatchesOfAnAppendOrNone) {
  std::vector<RecordBatch> batches;
  batches.push_back(this->batch(this->part(0), {"a"}));
  batches.push_back(this->batch(this->part(1), {"b", "c"}));
  batches.push_back(this->batch(this->part(1), {"d"}));
  const auto offsets = this->append(std::move(batches));
  EXPECT_EQ(*offsets, (std::vector{Offset(0), Offset(0), Offset(2)}));
  std::vector<RecordBatch> wrong;
  wrong.push_back(this->batch(this->part(0), {"e"}));
  wrong.push_back(this->batch(this->part(2), {"f"}));
  EXPECT_EQ(this->code(this->append(std::move(wrong))), ErrorCode::not_found);
  EXPECT_EQ(this->read(this->part(0), 0), (std::vector<std::string>{"a"}));
}

TYPED_TEST_P(LogContract, AnEmptyAppendIsNothing) {
  EXPECT_TRUE(this->append(std::vector<RecordBatch>()));
}

TYPED_TEST_P(LogContract, ADamagedBatchIsRefused) {
  std::vector<RecordBatch> batches;
  batches.push_back(this->batch(this->part(0), {"a"}));
  batches.back().batch.back() ^= std::byte{1};
  EXPECT_EQ(this->code(this->append(std::move(batches))), ErrorCode::corrupt);
}

TYPED_TEST_P(LogContract, AReadGivesOneBatchAtLeast) {
  ASSERT_TRUE(this->write({std::string(1000, 'x')}));
  ASSERT_TRUE(this->write({"b"}));
  const auto read = this->run(this->log().read(this->part(0), Offset(0), {.bytes_max = 10}));
  EXPECT_EQ(std::pair(read->batches.size(), read->next), std::pair(size_t{1}, Offset(1)));
}

TYPED_TEST_P(LogContract, OffsetsSayWhereThePartitionBeginsAndEnds) {
  ASSERT_TRUE(this->write({"a", "b"}));
  const auto offsets = this->run(this->log().offsets(this->part(0)));
  ASSERT_TRUE(offsets);
  EXPECT_EQ(offsets->start, Offset(0));
  EXPECT_EQ(offsets->high_watermark, Offset(2));
  EXPECT_EQ(offsets->last_stable, Offset(2));
}

TYPED_TEST_P(LogContract, WhatIsNotThereIsNotFound) {
  const TopicPartition none = this->part(0, "none");
  EXPECT_EQ(this->code(this->run(this->log().offsets(none))), ErrorCode::not_found);
  EXPECT_EQ(this->code(this->run(this->log().offsets(this->part(2)))), ErrorCode::not_found);
  EXPECT_EQ(this->code(this->run(this->log().read(none, Offset(0), {}))), ErrorCode::not_found);
  EXPECT_EQ(this->code(this->run(this->log().offset_at(none, this->at(0)))), ErrorCode::not_found);
}

TYPED_TEST_P(LogContract, AReadOutsideIsOutOfRange) {
  ASSERT_TRUE(this->write({"a"}));
  const auto beyond = this->run(this->log().read(this->part(0), Offset(2), {}));
  EXPECT_EQ(this->code(beyond), ErrorCode::out_of_range);
}

TYPED_TEST_P(LogContract, AnOffsetIsFoundByTime) {
  std::vector<RecordBatch> batches;
  batches.push_back(this->batch(this->part(0), {"a", "b"}, 0));
  batches.push_back(this->batch(this->part(0), {"c", "d"}, 10));
  ASSERT_TRUE(this->append(std::move(batches)));
  const auto find = [this](int64_t millis) {
    return *this->run(this->log().offset_at(this->part(0), this->at(millis)));
  };
  EXPECT_EQ(find(-5), Offset(0));
  EXPECT_EQ(find(1), Offset(1));
  EXPECT_EQ(find(2), Offset(2));
  EXPECT_EQ(find(11), Offset(3));
  EXPECT_EQ(find(12), std::nullopt);
}

TYPED_TEST_P(LogContract, CommittedOffsetsAreKeptByGroup) {
  const OffsetsByPartition first{{this->part(0), Offset(1)}, {this->part(1), Offset(2)}};
  const OffsetsByPartition second{{this->part(0), Offset(5)}};
  ASSERT_TRUE(this->run(this->log().commit_offsets(GroupId("g"), first)));
  ASSERT_TRUE(this->run(this->log().commit_offsets(GroupId("g"), second)));
  const OffsetsByPartition both{{this->part(0), Offset(5)}, {this->part(1), Offset(2)}};
  EXPECT_EQ(*this->run(this->log().committed_offsets(GroupId("g"))), both);
  EXPECT_TRUE(this->run(this->log().committed_offsets(GroupId("other")))->empty());
}

REGISTER_TYPED_TEST_SUITE_P(LogContract, ATopicIsMadeOnceAndThenShownAsItIs,
                            NamesThatStartWithTwoUnderscoresAreInternal, TopicsAreListed,
                            WhatIsAppendedIsReadAtItsOffset, AllBatchesOfAnAppendOrNone,
                            AnEmptyAppendIsNothing, ADamagedBatchIsRefused,
                            AReadGivesOneBatchAtLeast, OffsetsSayWhereThePartitionBeginsAndEnds,
                            WhatIsNotThereIsNotFound, AReadOutsideIsOutOfRange,
                            AnOffsetIsFoundByTime, CommittedOffsetsAreKeptByGroup);

}  // namespace tarn::log::testing
