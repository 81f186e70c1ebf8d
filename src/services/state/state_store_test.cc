#include "services/state/state_store.h"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/record/batch_builder.h"
#include "platform/os/testing/manual_clock.h"
#include "platform/runtime/testing/run.h"
#include "services/log/testing/memory_log.h"

namespace tarn::state {
namespace {

struct State : ::testing::Test {
  boost::asio::io_context io{1};
  os::testing::ManualClock clock;
  log::testing::MemoryLog log{io.get_executor()};
  StateOptions options;
  const TopicPartition orders{TopicName("orders"), PartitionId(0)};
  std::unique_ptr<StateStore> store;

  template <class T>
  Result<T> run(runtime::Task<T> task) {
    return runtime::testing::run(io, std::move(task));
  }
  void SetUp() override {
    ASSERT_TRUE(run(log.ensure_topic({.name = orders.topic})));
    reopen();
  }
  void reopen() {
    store = std::make_unique<StateStore>(log, clock, options);
    ASSERT_TRUE(run(store->load()));
  }
  log::RecordBatch order(std::string_view text) {
    record::BatchBuilder builder;
    builder.add({.value = as_bytes(text)});
    return {orders, std::move(builder).finish()};
  }
  Offset end_of(const TopicName& topic) {
    return run(log.offsets({topic, PartitionId(0)}))->last_stable;
  }
};

TEST_F(State, RemembersAcrossARestart) {
  ASSERT_TRUE(run(store->put("a", "1")));
  ASSERT_TRUE(run(store->put("a", "2")));
  ASSERT_TRUE(run(store->put("b", "3")));
  reopen();
  EXPECT_EQ(store->get("a"), "2");
  EXPECT_THAT(store->list(""), ::testing::SizeIs(2));
  EXPECT_EQ(store->get("c"), std::nullopt);
}

TEST_F(State, ForgetsWhatWasRemoved) {
  ASSERT_TRUE(run(store->put("a", "1")));
  ASSERT_TRUE(run(store->commit({}, {{"a", std::nullopt}})));
  reopen();
  EXPECT_EQ(store->get("a"), std::nullopt);
}

TEST_F(State, ListsByPrefix) {
  ASSERT_TRUE(run(store->commit({}, {{"q/1", "1"}, {"q/2", "2"}, {"r/1", "3"}, {"q", "4"}})));
  EXPECT_THAT(store->list("q/"),
              ::testing::ElementsAre(::testing::Pair("q/1", "1"), ::testing::Pair("q/2", "2")));
}

TEST_F(State, RecordsAndChangesAreOneAppend) {
  std::vector<log::RecordBatch> batches;
  batches.push_back(order("x"));
  size_t appended_together = 0;
  log.before_append([&](const auto& all) -> Status {
    appended_together = all.size();
    return {};
  });
  const auto offsets = run(store->commit(std::move(batches), {{"cursor", "7"}}));
  EXPECT_THAT(*offsets, ::testing::ElementsAre(Offset(0)));
  EXPECT_EQ(appended_together, 2U);
}

TEST_F(State, AFailedAppendChangesNothing) {
  ASSERT_TRUE(run(store->put("cursor", "6")));
  log.before_append([](const auto&) -> Status {
    return Error(ErrorCode::resource_exhausted, "the disk is full");
  });
  std::vector<log::RecordBatch> batches;
  batches.push_back(order("x"));
  EXPECT_FALSE(run(store->commit(std::move(batches), {{"cursor", "7"}})));
  EXPECT_EQ(store->get("cursor"), "6");
  EXPECT_EQ(end_of(orders.topic), Offset(0));
}

TEST_F(State, ARewriteMakesAllThatIsOlderNeedless) {
  options.rewrite_bytes = 500;
  reopen();
  ASSERT_TRUE(run(store->put("old", "1")));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(run(store->put("busy", std::to_string(i))));
  const TopicPartition topic{options.topic, PartitionId(0)};
  log.delete_records_before(topic, Offset(end_of(options.topic).value() - 12));
  reopen();
  EXPECT_EQ(store->get("old"), "1");
  EXPECT_EQ(store->get("busy"), "19");
}

TEST_F(State, LargeStatesAreSplitIntoBatchesAndLimited) {
  options.batch_bytes_max = 1000;
  options.live_bytes_max = 2000;
  reopen();
  const std::string text(600, 'x');
  ASSERT_TRUE(run(store->commit({}, {{"a", text}, {"b", text}, {"c", text}})));
  EXPECT_EQ(run(store->put("d", text)).error().code(), ErrorCode::resource_exhausted);
  EXPECT_EQ(run(store->put("e", text + text)).error().code(), ErrorCode::resource_exhausted);
  reopen();
  EXPECT_THAT(store->list(""), ::testing::SizeIs(3));
}

}  // namespace
}  // namespace tarn::state
