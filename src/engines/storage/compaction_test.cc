// What compaction leaves of a log, and what it must not touch.
#include <algorithm>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engines/storage/testing/storage_world.h"

namespace tarn::storage {
namespace {

using record::TransactionEnd;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using testing::KeyedRecord;
using testing::SeenRecord;
using testing::StorageWorld;
using testing::transaction;

constexpr ProducerId kProducer(7);
constexpr ProducerId kOther(8);

class Compaction : public ::testing::Test {
 protected:
  void put(const std::string& key, const std::string& value) {
    ASSERT_TRUE(world_.append_keyed(log_, {{key, value}}));
  }
  void remove(const std::string& key) { ASSERT_TRUE(world_.append_keyed(log_, {{key, {}}})); }
  void put_in_transaction(const std::string& key, const std::string& value, int32_t sequence,
                          ProducerId producer = kProducer) {
    ASSERT_TRUE(world_.append_keyed(
        log_, {{key, value}},
        {.producer = producer, .epoch = 0, .sequence = sequence, .is_transactional = true}));
  }
  void end(TransactionEnd how, ProducerId producer = kProducer) {
    ASSERT_TRUE(world_.commit(transaction(StorageWorld::marker(log_, producer, 0, how))));
  }
  // What was written is sealed: a new segment begins.
  void seal() { put("filler", std::string(300, '.')); }
  Compacted compact(RetentionHolds holds = {}) {
    const auto done = world_.engine->compact(std::move(holds));
    EXPECT_TRUE(done) << done.error().message();
    return done.value_or(Compacted{});
  }
  void seal_and_compact() {
    seal();
    compact();
  }
  // Without the fillers.
  std::vector<SeenRecord> records() {
    auto seen = world_.records(log_);
    std::erase_if(seen, [](const SeenRecord& record) { return record.key == "filler"; });
    return seen;
  }
  static SeenRecord record(int64_t offset, const std::string& key,
                           std::optional<std::string> value) {
    return {Offset(offset), key, std::move(value)};
  }
  void configure(const std::function<void(LogConfig&)>& change) {
    LogConfig config = StorageWorld::compacted_config();
    change(config);
    ASSERT_TRUE(world_.commit(transaction(ConfigureLog{log_, config})));
  }
  [[nodiscard]] LogState state() const { return *world_.engine->state(log_); }
  size_t segment_files() {
    return static_cast<size_t>(std::ranges::count_if(
        world_.files.paths(), [](const std::string& path) { return path.ends_with(".log"); }));
  }

  StorageWorld world_;
  LogId log_ = world_.create("table-0", StorageWorld::compacted_config());
};

TEST_F(Compaction, KeepsTheLatestRecordOfEachKeyAtItsOffset) {
  put("a", "1");
  put("b", "1");
  put("a", "2");
  put("a", "3");
  const Offset end_before = state().end;
  seal_and_compact();
  EXPECT_THAT(records(), ElementsAre(record(1, "b", "1"), record(3, "a", "3")));
  EXPECT_EQ(state().start, Offset(0));
  EXPECT_EQ(state().end, end_before + 1);
}

TEST_F(Compaction, ARecordOfALaterRunSupersedesOneOfAnEarlier) {
  put("a", "1");
  put("b", "1");
  seal_and_compact();
  put("a", "2");
  seal_and_compact();
  EXPECT_THAT(records(), ElementsAre(record(1, "b", "1"), record(3, "a", "2")));
}

TEST_F(Compaction, WhatIsWrittenToIsNotTouched) {
  put("a", "1");
  put("a", "2");
  EXPECT_EQ(compact().logs, 0U);
  EXPECT_EQ(records().size(), 2U);
}

TEST_F(Compaction, ALogThatIsNotCompactedIsNotTouched) {
  configure([](LogConfig& config) { config.compact = false; });
  put("a", "1");
  put("a", "2");
  seal_and_compact();
  EXPECT_EQ(records().size(), 2U);
}

TEST_F(Compaction, OfABatchWithSomeRecordsTheOthersGo) {
  for (const auto codec : {record::Codec::none, record::Codec::zstd}) {
    ASSERT_TRUE(world_.commit(
        transaction(Append{log_, MutableBytes(testing::make_keyed_batch(
                                     {{"a", "1"}, {"b", "1"}, {"a", "2"}}, {}, codec))})));
  }
  seal_and_compact();
  EXPECT_THAT(records(), ElementsAre(record(4, "b", "1"), record(5, "a", "2")));
}

TEST_F(Compaction, AReadInAGapGivesTheNextBatch) {
  for (int i = 0; i < 20; ++i) put("a", std::to_string(i));
  seal_and_compact();
  for (int64_t from = 0; from <= 19; ++from) {
    const auto read = world_.engine->read(log_, Offset(from), 1);
    ASSERT_TRUE(read) << from << ": " << read.error().message();
    ASSERT_EQ(read->batches.size(), 1U);
    EXPECT_EQ(record::read_batch_header(read->batches[0].view())->base_offset, Offset(19)) << from;
  }
}

TEST_F(Compaction, AGapAtTheEndOfASegmentLeadsToTheNextOne) {
  put("keep", std::string(120, 'k'));
  put("a", std::string(120, '1'));  // 1: goes
  put("b", "1");                    // of the next segment, which cannot be merged
  put("a", std::string(200, '2'));
  seal_and_compact();
  const auto read = world_.engine->read(log_, Offset(1), 1);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->next, Offset(3));
}

TEST_F(Compaction, OfASegmentNothingMayBeLeft) {
  put("keep", std::string(120, 'k'));
  put("keep too", std::string(120, 'k'));
  put("a", std::string(250, '1'));  // 2: alone in its segment
  put("b", std::string(250, '1'));
  put("a", "2");
  seal_and_compact();
  const auto read = world_.engine->read(log_, Offset(2), 1);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->next, Offset(4));
  EXPECT_EQ(world_.path_of_segment("table-0", 2), "none");
}

TEST_F(Compaction, SmallSegmentsBecomeOne) {
  for (int i = 0; i < 12; ++i) put("key" + std::to_string(i % 3), std::string(100, 'x'));
  const size_t before = segment_files();
  configure([](LogConfig& config) { config.segment_bytes = 10'000; });
  compact();
  EXPECT_GT(before, 5U);
  EXPECT_EQ(segment_files(), 2U);
  EXPECT_EQ(world_.table(log_).size(), 3U);
}

TEST_F(Compaction, ATombstoneRemovesItsKeyAndThenItself) {
  put("a", "1");
  remove("a");
  put("b", "1");
  seal_and_compact();
  EXPECT_THAT(records(), ElementsAre(record(1, "a", {}), record(2, "b", "1")));
  world_.clock.advance(minutes(59));
  seal_and_compact();
  EXPECT_EQ(records().size(), 2U);
  world_.clock.advance(minutes(2));
  seal_and_compact();
  EXPECT_THAT(records(), ElementsAre(record(2, "b", "1")));
}

TEST_F(Compaction, ATombstoneIsSeenForItsTimeHoweverOldItIsWhenItIsCompacted) {
  remove("a");
  world_.clock.advance(hours(100));
  seal_and_compact();
  EXPECT_THAT(records(), ElementsAre(record(0, "a", {})));
}

TEST_F(Compaction, ALaterValueOutlivesTheTombstone) {
  remove("a");
  put("a", "2");
  seal_and_compact();
  EXPECT_THAT(records(), ElementsAre(record(1, "a", "2")));
}

TEST_F(Compaction, RecordsWithoutAKeyGo) {
  ASSERT_TRUE(world_.append_keyed(log_, {{{}, "1"}, {"a", "1"}}));
  seal_and_compact();
  EXPECT_THAT(records(), ElementsAre(record(1, "a", "1")));
}

TEST_F(Compaction, WhatCannotBeReadAsRecordsStays) {
  ASSERT_TRUE(world_.append(log_, {.payload_bytes = 50}));
  put("a", "1");
  seal_and_compact();
  EXPECT_EQ(world_.engine->read(log_, Offset(0), 1)->next, Offset(1));
}

TEST_F(Compaction, YoungRecordsWait) {
  configure([](LogConfig& config) { config.compaction_lag_min = minutes(10); });
  put("a", "1");
  put("a", "2");
  seal();
  EXPECT_EQ(compact().logs, 0U);
  world_.clock.advance(minutes(10));
  EXPECT_EQ(compact().logs, 1U);
}

TEST_F(Compaction, WaitsUntilEnoughIsDirty) {
  for (int i = 0; i < 8; ++i) put("key" + std::to_string(i), std::string(100, 'x'));
  seal_and_compact();
  configure([](LogConfig& config) { config.dirty_ppm_min = 500'000; });
  put("key0", "new");
  seal();
  EXPECT_EQ(compact().logs, 0U);
  for (int i = 0; i < 8; ++i) put("key" + std::to_string(i), std::string(100, 'y'));
  seal();
  EXPECT_EQ(compact().logs, 1U);
}

TEST_F(Compaction, DoesNotWaitForOldRecords) {
  for (int i = 0; i < 8; ++i) put("key" + std::to_string(i), std::string(100, 'x'));
  seal_and_compact();
  configure([](LogConfig& config) {
    config.dirty_ppm_min = 1'000'000;
    config.compaction_lag_max = hours(1);
  });
  put("key0", "new");
  seal();
  EXPECT_EQ(compact().logs, 0U);
  world_.clock.advance(hours(2));
  EXPECT_EQ(compact().logs, 1U);
}

TEST_F(Compaction, WhatSomebodyHasNotReadStays) {
  put("a", "1");
  put("a", "2");
  seal();
  const RetentionHolds holds{.from = {{log_, Offset(1)}}};
  EXPECT_EQ(compact(holds).logs, 0U);
  EXPECT_EQ(records().size(), 2U);
  EXPECT_EQ(compact({.from = {{log_, Offset(2)}}}).logs, 1U);
  EXPECT_EQ(records().size(), 1U);
}

TEST_F(Compaction, RunsAgainOnlyWhenSomethingNewIsSealed) {
  put("a", "1");
  put("a", "2");
  seal_and_compact();
  EXPECT_EQ(compact().read_bytes, 0U);
}

TEST_F(Compaction, MoreKeysThanMemoryTakesSeveralRuns) {
  std::map<std::string, std::string> expected;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 300; ++i) {
      const std::string key = "key" + std::to_string(i);
      put(key, std::to_string(round));
      expected[key] = std::to_string(round);
    }
  }
  seal();
  int runs = 0;
  while (compact().read_bytes > 0) ++runs;
  EXPECT_GT(runs, 2);
  EXPECT_EQ(records().size(), 300U);
  auto table = world_.table(log_);
  table.erase("filler");
  EXPECT_EQ(table, expected);
}

TEST_F(Compaction, ABatchWithMoreKeysThanFitStaysWhole) {
  std::vector<KeyedRecord> many;
  for (int i = 0; i < 500; ++i) many.push_back({"key" + std::to_string(i), "1"});
  ASSERT_TRUE(world_.append_keyed(log_, many));
  put("key3", "2");
  seal();
  while (compact().read_bytes > 0) continue;
  EXPECT_EQ(records().size(), 500U);
  EXPECT_EQ(world_.table(log_).at("key3"), "2");
}

TEST_F(Compaction, SurvivesARestartAndACrash) {
  for (int i = 0; i < 20; ++i) put("key" + std::to_string(i % 4), std::to_string(i));
  seal_and_compact();
  const auto before = world_.content();
  world_.kill();
  world_.reopen();
  EXPECT_EQ(world_.content(), before);
  world_.reopen();
  EXPECT_EQ(world_.content(), before);
}

TEST_F(Compaction, AFileThatNoSwapNamesIsRemoved) {
  put("a", "1");
  const std::string folder = os::parent_directory(world_.path_of_segment("table-0", 0));
  const std::string orphan = folder + "/00000000000000000000.1.log";
  ASSERT_TRUE(world_.files.open(orphan, os::OpenMode::create_new));
  world_.kill();
  world_.reopen();
  EXPECT_EQ(std::ranges::count(world_.files.paths(), orphan), 0);
}

TEST_F(Compaction, ADamagedSegmentIsQuarantinedAndNotReplaced) {
  put("a", "1");
  put("a", "2");
  seal();
  ASSERT_TRUE(world_.engine->checkpoint());
  world_.files.flip_bit(world_.path_of_segment("table-0", 0), 70);
  const auto done = world_.engine->compact();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), ErrorCode::corrupt);
  EXPECT_TRUE(state().quarantined);
}

TEST_F(Compaction, WithoutSpaceNothingHappens) {
  put("a", "1");
  put("a", "2");
  seal();
  world_.files.set_capacity(0);
  const auto done = world_.engine->compact();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), ErrorCode::resource_exhausted);
  world_.files.no_more_faults();
  EXPECT_FALSE(world_.engine->stopped());
  EXPECT_EQ(records().size(), 2U);
}

TEST_F(Compaction, EndsWhenItIsToldTo) {
  put("a", "1");
  put("a", "2");
  seal();
  std::stop_source stop;
  stop.request_stop();
  const auto done = world_.engine->compact({}, stop.get_token());
  ASSERT_TRUE(done);
  EXPECT_EQ(done->logs, 0U);
  EXPECT_EQ(records().size(), 2U);
}

TEST_F(Compaction, RecordsBelowTheLogStartGo) {
  put("a", "1");
  put("b", "1");
  put("c", "1");
  ASSERT_TRUE(world_.commit(transaction(SetLogStart{log_, Offset(1)})));
  seal_and_compact();
  EXPECT_THAT(records(), ElementsAre(record(1, "b", "1"), record(2, "c", "1")));
  const auto first = world_.engine->read(log_, Offset(1), 1);
  EXPECT_EQ(record::read_batch_header(first->batches[0].view())->base_offset, Offset(1));
}

TEST_F(Compaction, ASearchByTimeFindsWhatIsLeft) {
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(world_.append_keyed(log_, {{i % 2 == 0 ? "a" : "b", "x"}},
                                    {.at = from_unix_millis(1000 + i)}));
  }
  seal_and_compact();
  const auto found = world_.engine->find_batch_at(log_, from_unix_millis(1001));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ(record::read_batch_header((*found)->view())->base_offset, Offset(4));
}

TEST_F(Compaction, AnIndexThatLiesSkipsNothing) {
  configure([](LogConfig& config) { config.segment_bytes = 2000; });
  for (int i = 0; i < 15; ++i) put("key" + std::to_string(i % 9), "value");
  put("filler", std::string(1900, '.'));
  compact();
  const auto before = world_.content();
  world_.reopen();
  for (const std::string& path : world_.files.paths()) {
    if (!path.ends_with(".1.index")) continue;
    ASSERT_TRUE(world_.files.remove(path));
  }
  EXPECT_EQ(world_.content(), before);
}

// ---- transactions and producers

TEST_F(Compaction, NothingAfterAnOpenTransactionIsTouched) {
  put_in_transaction("a", "1", 0);
  put("b", "1");
  put("b", "2");
  seal();
  EXPECT_EQ(compact().logs, 0U);
  end(TransactionEnd::commit);
  EXPECT_EQ(compact().logs, 1U);
  EXPECT_THAT(records(), ElementsAre(record(0, "a", "1"), record(2, "b", "2")));
}

TEST_F(Compaction, AnAbortedRecordSupersedesNothingAndGoes) {
  put("a", "1");
  put_in_transaction("a", "2", 0);
  end(TransactionEnd::abort);
  put_in_transaction("b", "1", 1);
  end(TransactionEnd::commit);
  seal_and_compact();
  EXPECT_THAT(records(), ElementsAre(record(0, "a", "1"), record(3, "b", "1")));
  EXPECT_EQ(world_.engine->read(log_, Offset(1), 1)->next, Offset(3));  // the marker
}

TEST_F(Compaction, AMarkerStaysUntilItsRecordsAreGoneAndItsTimeIsOver) {
  put_in_transaction("a", "1", 0);  // 0
  end(TransactionEnd::abort);       // 1
  put_in_transaction("x", "1", 1);  // 2: the producer's last batch
  end(TransactionEnd::commit);      // 3
  seal_and_compact();               // 0 goes
  const auto aborted = [&] { return world_.engine->aborted(log_, Offset(0), Offset(4)).size(); };
  const auto first = [&] { return world_.engine->read(log_, Offset(0), 1)->next; };
  EXPECT_EQ(first(), Offset(2));
  EXPECT_EQ(aborted(), 1U);
  seal_and_compact();  // nothing is left: the time begins
  world_.clock.advance(minutes(59));
  seal_and_compact();
  EXPECT_EQ(first(), Offset(2));
  EXPECT_EQ(aborted(), 1U);
  world_.clock.advance(minutes(2));
  seal_and_compact();
  EXPECT_EQ(first(), Offset(3));
  EXPECT_EQ(aborted(), 0U);
  EXPECT_THAT(records(), ElementsAre(record(2, "x", "1")));
}

TEST_F(Compaction, AbortedRecordsInMemoryAreNotShownWhenTheirAbortIsForgotten) {
  world_.options.cache_bytes_max = 1 << 20;
  world_.reopen();
  put_in_transaction("a", "1", 0);
  end(TransactionEnd::abort);
  put_in_transaction("x", "1", 1);
  end(TransactionEnd::commit);
  for (int i = 0; i < 3; ++i) {
    seal_and_compact();
    EXPECT_THAT(records(), ElementsAre(record(2, "x", "1"))) << i;
    world_.clock.advance(hours(2));
  }
  EXPECT_EQ(world_.engine->aborted(log_, Offset(0), Offset(4)).size(), 0U);
}

TEST_F(Compaction, AProducersLastBatchStaysEmptyAndItsDuplicatesAreKnown) {
  put_in_transaction("a", "1", 0);
  end(TransactionEnd::commit);
  put_in_transaction("b", "1", 0, kOther);
  end(TransactionEnd::commit, kOther);
  put("a", "2");
  seal_and_compact();
  const auto read = world_.engine->read(log_, Offset(0), 1);
  const auto header = record::read_batch_header(read->batches[0].view());
  EXPECT_EQ(header->base_offset, Offset(0));
  EXPECT_EQ(header->record_count, 0);
  EXPECT_EQ(header->producer_id, kProducer);
  world_.kill();
  world_.reopen();
  const auto again = world_.append_keyed(
      log_, {{"a", "1"}},
      {.producer = kProducer, .epoch = 0, .sequence = 0, .is_transactional = true});
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->front().is_duplicate);
  EXPECT_EQ(again->front().base, Offset(0));
}

// ---- beside other changes

TEST_F(Compaction, IsRefusedWhenTheLogChangedMeanwhile) {
  put("a", "1");
  put("a", "2");
  seal();
  world_.engine->submit(transaction(DeleteLog{log_}), [](CommitResult) {});
  world_.engine->commit_round();
  EXPECT_EQ(compact().logs, 0U);
  EXPECT_FALSE(world_.engine->state(log_));
}

TEST_F(Compaction, RetentionAndCompactionGoTogether) {
  configure([](LogConfig& config) { config.retention_age = hours(5); });
  put("a", "1");
  put("b", "1");
  seal_and_compact();
  world_.clock.advance(hours(6));
  put("a", "2");
  ASSERT_TRUE(world_.engine->apply_retention());
  EXPECT_THAT(records(), ElementsAre(record(3, "a", "2")));
}

}  // namespace
}  // namespace tarn::storage
