// Random operations against a compacted log and against a list of all that was ever written to it,
// with restarts of every kind between.
#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.h"
#include "engines/storage/testing/storage_world.h"

namespace tarn::storage {
namespace {

using os::testing::kAllPowerLosses;
using record::TransactionEnd;
using testing::KeyedRecord;
using testing::SeenRecord;
using testing::StorageWorld;
using testing::transaction;

constexpr ProducerId kProducer(5);

class CompactionModel : public ::testing::TestWithParam<uint64_t> {
 protected:
  using Operation = void (CompactionModel::*)();

  CompactionModel() { log_ = world_.create("table-0", StorageWorld::compacted_config()); }

  KeyedRecord any_record() {
    KeyedRecord record{.key = "key" + std::to_string(random_.below(12)), .value = {}};
    if (random_.below(5) > 0) record.value = std::string(random_.below(90), 'v') + counter();
    return record;
  }
  std::string counter() { return std::to_string(counter_++); }
  void note(const KeyedRecord& record) {
    const SeenRecord seen{Offset(end_++), *record.key, record.value};
    (is_open_ ? pending_ : written_).push_back(seen);
  }

  void put() {
    if (is_open_) return;
    std::vector<KeyedRecord> records;
    for (uint64_t i = 0; i <= random_.below(3); ++i) records.push_back(any_record());
    ASSERT_TRUE(world_.append_keyed(log_, records));
    for (const KeyedRecord& record : records) note(record);
  }
  void put_in_transaction() {
    is_open_ = true;
    const KeyedRecord record = any_record();
    ASSERT_TRUE(world_.append_keyed(
        log_, {record},
        {.producer = kProducer, .epoch = 0, .sequence = sequence_++, .is_transactional = true}));
    note(record);
  }
  void end_transaction() {
    const bool commits = random_.below(2) == 0;
    ASSERT_TRUE(world_.commit(transaction(StorageWorld::marker(
        log_, kProducer, 0, commits ? TransactionEnd::commit : TransactionEnd::abort))));
    ++end_;
    if (commits) written_.insert(written_.end(), pending_.begin(), pending_.end());
    pending_.clear();
    is_open_ = false;
  }
  void compact() { ASSERT_TRUE(world_.engine->compact()); }
  void restart() { world_.reopen(); }
  void lose_power() {
    world_.lose_power(kAllPowerLosses[random_.below(std::size(kAllPowerLosses))], random_());
    world_.reopen();
  }
  void checkpoint() { ASSERT_TRUE(world_.engine->checkpoint()); }
  void let_time_pass() { world_.clock.advance(std::chrono::minutes(random_.below(50))); }

  // Readers of uncommitted data see what is pending as well, so it is looked at when nothing is.
  void compare() {
    if (is_open_) end_transaction();
    ASSERT_EQ(world_.engine->state(log_)->end.value(), end_);
    std::map<std::string, SeenRecord> latest;
    for (const SeenRecord& record : written_) latest[record.key] = record;
    const auto seen = world_.records(log_);
    auto known = written_.begin();
    for (const SeenRecord& record : seen) {
      known = std::find(known, written_.end(), record);
      ASSERT_NE(known, written_.end()) << "never written, or out of order: " << record.offset;
    }
    for (const auto& [key, record] : latest) {
      if (record.value) EXPECT_TRUE(std::ranges::find(seen, record) != seen.end()) << key;
    }
    for (const auto& [key, value] : world_.table(log_)) EXPECT_EQ(latest[key].value, value) << key;
  }

  static constexpr std::array<Operation, 13> kOperations = {&CompactionModel::put,
                                                            &CompactionModel::put,
                                                            &CompactionModel::put,
                                                            &CompactionModel::put,
                                                            &CompactionModel::put_in_transaction,
                                                            &CompactionModel::put_in_transaction,
                                                            &CompactionModel::end_transaction,
                                                            &CompactionModel::compact,
                                                            &CompactionModel::compact,
                                                            &CompactionModel::restart,
                                                            &CompactionModel::lose_power,
                                                            &CompactionModel::checkpoint,
                                                            &CompactionModel::let_time_pass};

  Random random_{GetParam()};
  StorageWorld world_;
  LogId log_;
  std::vector<SeenRecord> written_;  // and committed
  std::vector<SeenRecord> pending_;
  int64_t end_ = 0;
  int32_t sequence_ = 0;
  int counter_ = 0;
  bool is_open_ = false;
};

TEST_P(CompactionModel, AgreesWithTheEngine) {
  for (int i = 0; i < 500; ++i) {
    SCOPED_TRACE(::testing::Message() << "operation " << i << " of seed " << GetParam());
    (this->*kOperations[random_.below(kOperations.size())])();
    if (i % 20 == 19) compare();
    ASSERT_FALSE(HasFailure());
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, CompactionModel, ::testing::Range<uint64_t>(1, 9));

}  // namespace
}  // namespace tarn::storage
