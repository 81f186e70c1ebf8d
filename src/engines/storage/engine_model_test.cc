// Random operations against the engine and against a model so simple that it is obviously right,
// with restarts of every kind between.

#include <gtest/gtest.h>

#include "engines/storage/testing/storage_world.h"
#include "formats/record/batch_header.h"

namespace tarn::storage {
namespace {

using os::testing::kAllPowerLosses;
using testing::BatchSpec;
using testing::StorageWorld;
using testing::transaction;

struct ModelBatch {
  int64_t base = 0;
  int32_t records = 0;
  uint8_t fill = 0;
};
struct ModelProducer {
  int32_t next = 0;
  std::map<int32_t, int64_t> offsets;  // of all sequences sent
};
struct ModelLog {
  int64_t start = 0;
  int64_t end = 0;
  std::vector<ModelBatch> batches;
  ModelProducer producer;
};

class Model : public ::testing::TestWithParam<uint64_t> {
 protected:
  using Operation = void (Model::*)();

  LogId any_log() {
    auto found = logs_.begin();
    std::advance(found, static_cast<std::ptrdiff_t>(random_.below(logs_.size())));
    return found->first;
  }
  void note(LogId log, int32_t records, uint8_t fill) {
    ModelLog& model = logs_[log];
    model.batches.push_back({model.end, records, fill});
    model.end += records;
  }
  BatchSpec any_batch() {
    return {.records = static_cast<int32_t>(1 + random_.below(4)),
            .payload_bytes = random_.below(8) == 0 ? 600 : random_.below(200),
            .fill = static_cast<uint8_t>(random_.below(256)),
            .at = world_.clock.now()};
  }

  void create() {
    if (logs_.size() >= 4) return remove();
    logs_.emplace(world_.create("log"), ModelLog{});
  }
  void remove() {
    if (logs_.size() < 2) return;
    const LogId log = any_log();
    ASSERT_TRUE(world_.commit(transaction(DeleteLog{log})));
    logs_.erase(log);
  }
  void append() {
    const LogId log = any_log();
    const BatchSpec batch = any_batch();
    const auto done = world_.append(log, batch);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->front().base.value(), logs_[log].end);
    note(log, batch.records, batch.fill);
  }
  void append_in_sequence() {
    const LogId log = any_log();
    ModelProducer& producer = logs_[log].producer;
    BatchSpec batch = any_batch();
    batch.records = 1;
    batch.producer = ProducerId(3);
    batch.epoch = 0;
    batch.sequence = producer.next;
    producer.offsets[producer.next++] = logs_[log].end;
    ASSERT_TRUE(world_.append(log, batch));
    note(log, 1, batch.fill);
  }
  void append_again() {
    const LogId log = any_log();
    const ModelProducer& producer = logs_[log].producer;
    if (producer.next == 0) return;
    const int32_t back = static_cast<int32_t>(1 + random_.below(5));
    const int32_t sequence = std::max(0, producer.next - back);
    const auto done =
        world_.append(log, {.producer = ProducerId(3), .epoch = 0, .sequence = sequence});
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_TRUE(done->front().is_duplicate);
    EXPECT_EQ(done->front().base.value(), producer.offsets.at(sequence));
  }
  void append_many_at_once() {
    std::vector<std::pair<LogId, BatchSpec>> batches;
    Transaction steps;
    for (int i = 0; i < 5; ++i) {
      batches.emplace_back(any_log(), any_batch());
      steps.emplace_back(StorageWorld::step(batches.back().first, batches.back().second));
    }
    ASSERT_TRUE(world_.commit(std::move(steps)));
    for (const auto& [log, batch] : batches) note(log, batch.records, batch.fill);
  }
  void move_start() {
    const LogId log = any_log();
    ModelLog& model = logs_[log];
    const int64_t room = model.end - model.start;
    const int64_t start =
        model.start + static_cast<int64_t>(random_.below(static_cast<uint64_t>(room) + 1));
    ASSERT_TRUE(world_.commit(transaction(SetLogStart{log, Offset(start)})));
    model.start = start;
  }
  void restart() { world_.reopen(); }
  void lose_power() {
    world_.lose_power(kAllPowerLosses[random_.below(std::size(kAllPowerLosses))], random_());
    world_.reopen();
  }
  void checkpoint() { ASSERT_TRUE(world_.engine->checkpoint()); }
  void let_time_pass() { world_.clock.advance(Millis(random_.below(1000))); }

  void compare() {
    ASSERT_EQ(world_.engine->logs().size(), logs_.size());
    for (const auto& [id, model] : logs_) {
      const auto found = world_.content_of(id);
      ASSERT_TRUE(found) << found.error().message();
      ASSERT_EQ(found->start.value(), model.start);
      ASSERT_EQ(found->end.value(), model.end);
      compare(found->batches, model);
    }
  }
  static void compare(const std::vector<Bytes>& found, const ModelLog& model) {
    std::vector<ModelBatch> expected;
    for (const ModelBatch& batch : model.batches) {
      if (batch.base + batch.records > model.start) expected.push_back(batch);
    }
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) {
      const auto header = *record::read_batch_header(found[i]);
      EXPECT_EQ(header.base_offset.value(), expected[i].base);
      EXPECT_EQ(header.record_count, expected[i].records);
      if (found[i].size() > record::kBatchHeaderBytes) {
        EXPECT_EQ(found[i].back(), std::byte{expected[i].fill});
      }
      EXPECT_TRUE(record::verify_batch_crc(header, found[i]));
    }
  }

  // Likelier ones more often.
  static constexpr std::array<Operation, 17> kOperations = {&Model::create,
                                                            &Model::remove,
                                                            &Model::append,
                                                            &Model::append,
                                                            &Model::append,
                                                            &Model::append,
                                                            &Model::append,
                                                            &Model::append_in_sequence,
                                                            &Model::append_in_sequence,
                                                            &Model::append_again,
                                                            &Model::append_many_at_once,
                                                            &Model::append_many_at_once,
                                                            &Model::move_start,
                                                            &Model::restart,
                                                            &Model::lose_power,
                                                            &Model::checkpoint,
                                                            &Model::let_time_pass};

  Random random_{GetParam()};
  StorageWorld world_;
  std::map<LogId, ModelLog> logs_;
};

TEST_P(Model, AgreesWithTheEngine) {
  create();
  for (int i = 0; i < 400; ++i) {
    SCOPED_TRACE(::testing::Message() << "operation " << i << " of seed " << GetParam());
    (this->*kOperations[random_.below(kOperations.size())])();
    if (i % 10 == 0) compare();
    ASSERT_FALSE(HasFailure());
  }
  compare();
}

INSTANTIATE_TEST_SUITE_P(Seeds, Model, ::testing::Range<uint64_t>(1, 9));

}  // namespace
}  // namespace tarn::storage
