#include "services/log/testing/memory_log.h"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "formats/record/batch_builder.h"
#include "formats/record/record_reader.h"
#include "platform/runtime/testing/run.h"

namespace tarn::log::testing {
namespace {

struct AMemoryLog : ::testing::Test {
  boost::asio::io_context io{1};
  MemoryLog log{io.get_executor()};
  const TopicPartition orders{TopicName("orders"), PartitionId(0)};

  template <class T>
  Result<T> run(runtime::Task<T> task) {
    return runtime::testing::run(io, std::move(task));
  }
  void append(std::vector<std::string> values) {
    record::BatchBuilder builder;
    for (const auto& value : values) builder.add({.value = as_bytes(value)});
    std::vector<RecordBatch> batches;
    batches.push_back({.to = orders, .batch = std::move(builder).finish()});
    EXPECT_TRUE(run(log.append(std::move(batches))));
  }
  std::vector<int64_t> offsets_from(int64_t offset) {
    std::vector<int64_t> offsets;
    auto read = run(log.read(orders, Offset(offset), {}));
    if (!read) return {-1};
    for (const auto& batch : read->batches) {
      EXPECT_TRUE(record::for_each_record(batch.view(), [&](const record::Record& it) -> Status {
        offsets.push_back(it.offset.value());
        return {};
      }));
    }
    return offsets;
  }
  void SetUp() override { ASSERT_TRUE(run(log.ensure_topic({.name = orders.topic}))); }
};

using Offsets = std::vector<int64_t>;

TEST_F(AMemoryLog, GivesWhatWasAppended) {
  append({"a", "b"});
  append({"c"});
  EXPECT_EQ(offsets_from(0), (Offsets{0, 1, 2}));
  EXPECT_EQ(offsets_from(2), (Offsets{2}));
  EXPECT_EQ(offsets_from(3), (Offsets{}));
  EXPECT_EQ(offsets_from(4), (Offsets{-1}));
}

TEST_F(AMemoryLog, ForgetsDeletedRecords) {
  append({"a"});
  append({"b"});
  log.delete_records_before(orders, Offset(1));
  EXPECT_EQ(offsets_from(0), (Offsets{-1}));
  EXPECT_EQ(offsets_from(1), (Offsets{1}));
}

TEST_F(AMemoryLog, AnotherTopicOfTheNameHasAnotherId) {
  const auto first = run(log.ensure_topic({.name = orders.topic}))->id;
  EXPECT_EQ(run(log.ensure_topic({.name = orders.topic}))->id, first);
  log.delete_topic(orders.topic);
  EXPECT_EQ(run(log.offsets(orders)).error().code(), ErrorCode::not_found);
  EXPECT_NE(run(log.ensure_topic({.name = orders.topic}))->id, first);
}

}  // namespace
}  // namespace tarn::log::testing
