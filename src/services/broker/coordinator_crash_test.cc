// The disk fails at every call while transactions end and offsets are committed, and forgets in
// every way it can. Afterwards each transaction is whole or was never there, what was acknowledged
// stands, and nothing holds readers up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/check.h"
#include "formats/record/batch_builder.h"
#include "platform/os/testing/fault_file_system.h"
#include "platform/runtime/sleep.h"
#include "services/broker/testing/test_broker.h"

namespace tarn::broker {
namespace {

using namespace std::chrono_literals;
using os::testing::kAllPowerLosses;
using os::testing::PowerLoss;
using record::TransactionEnd;
using testing::TestBroker;

constexpr auto kTransactionalId = "copier";
const GroupId kGroup{"g"};

BrokerOptions small_options() {
  BrokerOptions options = TestBroker::quick_options();
  options.groups.offsets_partitions = 1;
  return options;
}

// A copier: reads a topic, writes to two partitions, and commits how far it came with them.
class World {
 public:
  World() {
    load();
    for (const TopicPartition& partition : {a_, b_}) {
      check(broker_.run(broker_->ensure_topic({.name = partition.topic, .partitions = 1}))
                .has_value());
    }
  }

  os::testing::FaultFileSystem& files() { return files_; }

  // Each step is acknowledged, or the disk is gone.
  bool init() {
    const auto identity = broker_.run(broker_->transactions().init(
        {.transactional_id = kTransactionalId, .timeout = 60s, .current = {}}));
    if (identity) producer_ = *identity;
    sequences_.clear();
    return identity.has_value();
  }
  bool add_partitions() {
    const auto errors =
        broker_.run(broker_->transactions().add_partitions(kTransactionalId, producer_, {a_, b_}));
    return std::ranges::all_of(errors, [](auto e) { return e == TransactionError::none; });
  }
  bool produce(const TopicPartition& to, const std::string& value) {
    record::BatchBuilder builder({.producer_id = producer_.id,
                                  .producer_epoch = producer_.epoch,
                                  .base_sequence = sequences_[to]++,
                                  .transactional = true});
    builder.add({.timestamp = from_unix_millis(1'725'190'561'000), .value = as_bytes(value)});
    return broker_
        .run(broker_->produce(to, MutableBytes(std::move(builder).finish()),
                              TransactionProtocol::classic))
        .has_value();
  }
  bool write(const std::string& value) {
    return add_partitions() && produce(a_, value) && produce(b_, value);
  }
  bool commit_offset_within(int64_t offset) {
    if (broker_.run(broker_->add_offsets(kTransactionalId, producer_, kGroup)) !=
        TransactionError::none) {
      return false;
    }
    const auto errors = broker_.run(
        broker_->commit_offsets(request(offset), producer_, TransactionProtocol::classic));
    return errors && errors->front() == GroupError::none;
  }
  bool commit_offset(int64_t offset) {
    return broker_.run(broker_->groups().commit_offsets(request(offset))).front() ==
           GroupError::none;
  }
  bool end(TransactionEnd how) {
    return broker_
        .run(broker_->transactions().end({.transactional_id = kTransactionalId,
                                          .producer = producer_,
                                          .end = how,
                                          .protocol = TransactionProtocol::classic}))
        .has_value();
  }

  void come_up_again(PowerLoss how, uint64_t seed) {
    broker_.restart_after([&] { files_.lose_power(how, seed); });
    load();
  }
  std::vector<std::string> committed(const TopicPartition& from) {
    std::vector<std::string> values;
    for (Offset at(0);;) {
      const auto read = broker_.run(broker_.log().read(from, at, {}));
      check(read.has_value());
      for (const auto& value : testing::values_from(read->batches, Offset(0))) {
        values.push_back(value);
      }
      if (read->next <= at) return values;
      at = read->next;
    }
  }
  std::vector<std::string> in_a() { return committed(a_); }
  std::vector<std::string> in_b() { return committed(b_); }
  int64_t offset() {
    const auto known = broker_->groups().fetch_offsets(kGroup).offsets;
    const auto found = known.find(a_);
    return found == known.end() ? -1 : found->second.offset.value();
  }
  bool is_anything_held_up() {
    const auto states = broker_.engine().logs();
    return std::ranges::any_of(states,
                               [](const auto& log) { return log.second.stable != log.second.end; });
  }

 private:
  void load() {
    broker_.wait_until_loaded();
    while (broker_->transactions().status() == TransactionError::coordinator_load_in_progress) {
      broker_.run([]() -> runtime::Awaitable<bool> {
        co_await runtime::sleep_for(Millis(1));
        co_return true;
      }());
    }
  }
  OffsetCommitRequest request(int64_t offset) {
    return {.group = kGroup,
            .member_id = "",
            .instance_id = {},
            .offsets = {{.partition = a_, .offset = Offset(offset)}}};
  }

  const TopicPartition a_{TopicName("a"), PartitionId(0)};
  const TopicPartition b_{TopicName("b"), PartitionId(0)};
  os::testing::FaultFileSystem files_;
  TestBroker broker_{files_, small_options()};
  ProducerIdentity producer_;
  std::map<TopicPartition, int32_t> sequences_;
};

using Step = std::function<bool(World&)>;

// What is acknowledged after so many steps.
struct Expected {
  std::vector<std::string> values;
  int64_t offset = -1;
  bool operator==(const Expected&) const = default;
};

const std::vector<std::pair<Step, Expected>>& steps() {
  static const std::vector<std::pair<Step, Expected>> kSteps = {
      {[](World& world) { return world.init(); }, {{}, -1}},
      {[](World& world) { return world.write("one"); }, {{}, -1}},
      {[](World& world) { return world.commit_offset_within(7); }, {{}, -1}},
      {[](World& world) { return world.end(TransactionEnd::commit); }, {{"one"}, 7}},
      {[](World& world) { return world.write("never"); }, {{"one"}, 7}},
      {[](World& world) { return world.commit_offset_within(8); }, {{"one"}, 7}},
      {[](World& world) { return world.end(TransactionEnd::abort); }, {{"one"}, 7}},
      {[](World& world) { return world.commit_offset(9); }, {{"one"}, 9}},
      {[](World& world) { return world.init(); }, {{"one"}, 9}},
      {[](World& world) { return world.write("two"); }, {{"one"}, 9}},
      {[](World& world) { return world.commit_offset_within(10); }, {{"one"}, 9}},
      {[](World& world) { return world.end(TransactionEnd::commit); }, {{"one", "two"}, 10}},
      {[](World& world) { return world.write("left open"); }, {{"one", "two"}, 10}},
  };
  return kSteps;
}

// The number of steps acknowledged before the disk failed.
size_t run_until_the_disk_fails(World& world) {
  size_t done = 0;
  while (done < steps().size() && steps()[done].first(world)) ++done;
  return done;
}

void expect_whole(World& world, size_t done) {
  // Whoever comes back ends what is open.
  ASSERT_TRUE(world.init());
  EXPECT_EQ(world.in_a(), world.in_b());
  const Expected found{world.in_a(), world.offset()};
  const Expected before = done == 0 ? Expected() : steps()[done - 1].second;
  const Expected after = steps()[std::min(done, steps().size() - 1)].second;
  if (found != before) EXPECT_EQ(found, after);
  EXPECT_FALSE(world.is_anything_held_up());
  EXPECT_TRUE(world.write("next") && world.end(TransactionEnd::commit));
}

TEST(CoordinatorCrash, AtEveryCallEachTransactionIsWholeOrWasNeverThere) {
  size_t done = 0;
  for (uint64_t call = 1; done < steps().size(); ++call) {
    SCOPED_TRACE(::testing::Message() << "crash at call " << call);
    World world;
    world.files().crash_at(call);
    done = run_until_the_disk_fails(world);
    world.come_up_again(kAllPowerLosses[call % std::size(kAllPowerLosses)], call);
    expect_whole(world, done);
    ASSERT_FALSE(::testing::Test::HasFailure()) << "after " << done << " steps";
  }
}

}  // namespace
}  // namespace tarn::broker
