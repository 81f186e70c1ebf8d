#include "services/broker/transaction_coordinator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/check.h"
#include "formats/record/batch_builder.h"
#include "platform/runtime/sleep.h"
#include "services/broker/testing/test_broker.h"

namespace tarn::broker {
namespace {

using namespace std::chrono_literals;
using record::TransactionEnd;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::TestBroker;
using enum TransactionError;

constexpr auto kClassic = TransactionProtocol::classic;
constexpr auto kPerEpoch = TransactionProtocol::epoch_per_transaction;

struct TransactionTest : ::testing::Test {
  TestBroker broker;
  const std::string id = "copier";
  const TopicPartition a{TopicName("a"), PartitionId(0)};
  const TopicPartition b{TopicName("b"), PartitionId(1)};
  const GroupId group{"g"};

  TransactionTest() { make_topics(); }
  explicit TransactionTest(BrokerOptions options) : broker(options) { make_topics(); }
  void make_topics() {
    load();
    for (const auto* name : {"a", "b"}) {
      check(
          broker.run(broker->ensure_topic({.name = TopicName(name), .partitions = 2})).has_value());
    }
  }
  void load() {
    broker.wait_until_loaded();
    while (broker->transactions().status() == coordinator_load_in_progress) {
      broker.run(pause(Millis(1)));
    }
  }
  static runtime::Awaitable<bool> pause(Millis duration) {
    co_await runtime::sleep_for(duration);
    co_return true;
  }
  void restart() {
    broker.restart();
    load();
  }
  IdentityOrError init(std::optional<ProducerIdentity> current = {}, Millis timeout = 60s) {
    return broker.run(broker->transactions().init(
        {.transactional_id = id, .timeout = timeout, .current = current}));
  }
  TransactionError add(ProducerIdentity producer, TopicPartition to) {
    return broker.run(broker->transactions().add_partitions(id, producer, {std::move(to)})).front();
  }
  IdentityOrError end(ProducerIdentity producer, TransactionEnd how,
                      TransactionProtocol protocol = kClassic) {
    return broker.run(broker->transactions().end(
        {.transactional_id = id, .producer = producer, .end = how, .protocol = protocol}));
  }
  Answer<Produced> produce(ProducerIdentity producer, const TopicPartition& to, int32_t sequence,
                           const std::string& value, TransactionProtocol protocol = kClassic) {
    record::BatchBuilder builder({.producer_id = producer.id,
                                  .producer_epoch = producer.epoch,
                                  .base_sequence = sequence,
                                  .transactional = true});
    builder.add({.timestamp = from_unix_millis(1'725'190'561'000), .value = as_bytes(value)});
    return broker.run(broker->produce(to, MutableBytes(std::move(builder).finish()), protocol));
  }
  void produce_plain(const TopicPartition& to, const std::string& value) {
    check(broker.run(broker->produce(to, MutableBytes(testing::batch_of({std::string(value)}))))
              .has_value());
  }
  // As a reader inside sees them: committed records only.
  std::vector<std::string> committed(const TopicPartition& from) {
    std::vector<std::string> values;
    for (Offset at(0);;) {
      auto read = broker.run(broker.log().read(from, at, {}));
      check(read.has_value());
      for (const auto& value : testing::values_from(read->batches, Offset(0))) {
        values.push_back(value);
      }
      if (read->next <= at) return values;
      at = read->next;
    }
  }
  std::vector<GroupError> commit_offset(ProducerIdentity producer, int64_t offset) {
    auto errors =
        broker.run(broker->commit_offsets({.group = group,
                                           .member_id = "",
                                           .instance_id = {},
                                           .offsets = {{.partition = a, .offset = Offset(offset)}}},
                                          producer, kClassic));
    check(errors.has_value());
    return *errors;
  }
  std::optional<int64_t> offset() {
    const auto known = broker->groups().fetch_offsets(group).offsets;
    const auto found = known.find(a);
    return found == known.end() ? std::nullopt : std::optional(found->second.offset.value());
  }
  TransactionState state() { return broker->transactions().describe(id)->transaction.state; }
};

TEST_F(TransactionTest, CommittedRecordsAreSeenTogetherAndNotBefore) {
  const auto producer = *init();
  ASSERT_EQ(add(producer, a), none);
  ASSERT_EQ(add(producer, b), none);
  ASSERT_TRUE(produce(producer, a, 0, "one"));
  ASSERT_TRUE(produce(producer, b, 0, "two"));
  produce_plain(a, "plain");
  EXPECT_THAT(committed(a), IsEmpty());
  ASSERT_EQ(end(producer, TransactionEnd::commit), producer);
  EXPECT_THAT(committed(a), ElementsAre("one", "plain"));
  EXPECT_THAT(committed(b), ElementsAre("two"));
  EXPECT_EQ(state(), TransactionState::complete_commit);
}

TEST_F(TransactionTest, AbortedRecordsAreNeverSeen) {
  const auto producer = *init();
  ASSERT_EQ(add(producer, a), none);
  ASSERT_TRUE(produce(producer, a, 0, "gone"));
  produce_plain(a, "plain");
  ASSERT_TRUE(end(producer, TransactionEnd::abort));
  EXPECT_THAT(committed(a), ElementsAre("plain"));
  ASSERT_EQ(add(producer, a), none);
  ASSERT_TRUE(produce(producer, a, 1, "kept"));
  ASSERT_TRUE(end(producer, TransactionEnd::commit));
  EXPECT_THAT(committed(a), ElementsAre("plain", "kept"));
}

TEST_F(TransactionTest, ANewInstanceAbortsAndFencesTheOldOne) {
  const auto old = *init();
  ASSERT_EQ(add(old, a), none);
  ASSERT_TRUE(produce(old, a, 0, "gone"));
  const auto fresh = *init();
  EXPECT_EQ(fresh.id, old.id);
  EXPECT_GT(fresh.epoch, old.epoch);
  EXPECT_EQ(produce(old, a, 1, "late").error().reason, Reason::invalid_producer_epoch);
  EXPECT_EQ(add(old, b), producer_fenced);
  EXPECT_EQ(end(old, TransactionEnd::commit).error(), producer_fenced);
  ASSERT_EQ(add(fresh, a), none);
  ASSERT_TRUE(produce(fresh, a, 0, "new"));
  ASSERT_TRUE(end(fresh, TransactionEnd::commit));
  EXPECT_THAT(committed(a), ElementsAre("new"));
}

TEST_F(TransactionTest, PartitionsThatWereNotAddedAreRefused) {
  const auto producer = *init();
  EXPECT_EQ(produce(producer, a, 0, "x").error().reason, Reason::invalid_transaction);
  ASSERT_EQ(add(producer, a), none);
  EXPECT_EQ(produce(producer, b, 0, "x").error().reason, Reason::invalid_transaction);
  EXPECT_EQ(produce({ProducerId(99), 0}, a, 0, "x").error().reason, Reason::invalid_transaction);
  EXPECT_THAT(committed(a), IsEmpty());
}

TEST_F(TransactionTest, WithAnEpochForEachPartitionsJoinByTheirFirstRecord) {
  auto producer = *init();
  ASSERT_TRUE(produce(producer, a, 0, "one", kPerEpoch));
  const auto next = end(producer, TransactionEnd::commit, kPerEpoch);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->epoch, producer.epoch + 1);
  EXPECT_EQ(end(producer, TransactionEnd::commit, kPerEpoch), next) << "asked again";
  EXPECT_EQ(produce(producer, a, 1, "late", kPerEpoch).error().reason,
            Reason::invalid_producer_epoch);
  ASSERT_TRUE(produce(*next, a, 0, "two", kPerEpoch));
  ASSERT_TRUE(end(*next, TransactionEnd::commit, kPerEpoch));
  EXPECT_THAT(committed(a), ElementsAre("one", "two"));
}

TEST_F(TransactionTest, AProducerThatIsNotSureMayAbortWhatNeverBegan) {
  const auto producer = *init();
  const auto next = end(producer, TransactionEnd::abort, kPerEpoch);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->epoch, producer.epoch + 1);
  EXPECT_EQ(end(*next, TransactionEnd::commit, kPerEpoch).error(), invalid_state);
}

TEST_F(TransactionTest, EndsAreAnsweredAgainAndNotTheOtherWay) {
  const auto producer = *init();
  EXPECT_EQ(end(producer, TransactionEnd::commit).error(), invalid_state);
  ASSERT_EQ(add(producer, a), none);
  ASSERT_TRUE(end(producer, TransactionEnd::commit));
  EXPECT_EQ(end(producer, TransactionEnd::commit), producer);
  EXPECT_EQ(end(producer, TransactionEnd::abort).error(), invalid_state);
}

TEST_F(TransactionTest, OffsetsCountWithTheirTransaction) {
  const auto producer = *init();
  ASSERT_EQ(broker.run(broker->add_offsets(id, producer, group)), none);
  EXPECT_THAT(commit_offset(producer, 7), ElementsAre(GroupError::none));
  EXPECT_EQ(offset(), std::nullopt);
  EXPECT_THAT(broker->groups().fetch_offsets(group).undecided, ElementsAre(a));
  ASSERT_TRUE(end(producer, TransactionEnd::commit));
  EXPECT_EQ(offset(), 7);
  EXPECT_THAT(broker->groups().fetch_offsets(group).undecided, IsEmpty());
  ASSERT_EQ(broker.run(broker->add_offsets(id, producer, group)), none);
  EXPECT_THAT(commit_offset(producer, 9), ElementsAre(GroupError::none));
  ASSERT_TRUE(end(producer, TransactionEnd::abort));
  EXPECT_EQ(offset(), 7);
  restart();
  EXPECT_EQ(offset(), 7);
}

TEST_F(TransactionTest, AnOffsetThatWasCommittedLaterBesideItStands) {
  const auto producer = *init();
  ASSERT_EQ(broker.run(broker->add_offsets(id, producer, group)), none);
  EXPECT_THAT(commit_offset(producer, 7), ElementsAre(GroupError::none));
  broker.run(pause(2ms));
  OffsetCommitRequest later{.group = group, .member_id = "", .instance_id = {}};
  later.offsets = {{.partition = a, .offset = Offset(9)}};
  EXPECT_THAT(broker.run(broker->groups().commit_offsets(std::move(later))),
              ElementsAre(GroupError::none));
  ASSERT_TRUE(end(producer, TransactionEnd::commit));
  EXPECT_EQ(offset(), 9);
  restart();
  EXPECT_EQ(offset(), 9);
}

TEST_F(TransactionTest, OffsetsOfATransactionThatWasNotToldAreRefused) {
  const auto producer = *init();
  const auto refused =
      broker.run(broker->commit_offsets({.group = group,
                                         .member_id = "",
                                         .instance_id = {},
                                         .offsets = {{.partition = a, .offset = Offset(1)}}},
                                        producer, kClassic));
  EXPECT_EQ(refused.error(), invalid_state);
}

TEST_F(TransactionTest, AnOpenOneGoesOnAfterARestart) {
  const auto producer = *init();
  ASSERT_EQ(add(producer, a), none);
  ASSERT_EQ(broker.run(broker->add_offsets(id, producer, group)), none);
  ASSERT_TRUE(produce(producer, a, 0, "one"));
  EXPECT_THAT(commit_offset(producer, 7), ElementsAre(GroupError::none));
  restart();
  EXPECT_EQ(state(), TransactionState::ongoing);
  EXPECT_THAT(committed(a), IsEmpty());
  ASSERT_TRUE(produce(producer, a, 1, "two"));
  ASSERT_TRUE(end(producer, TransactionEnd::commit));
  EXPECT_THAT(committed(a), ElementsAre("one", "two"));
  EXPECT_EQ(offset(), 7);
}

TEST_F(TransactionTest, PartitionsThatJoinedByARecordAreKnownAfterARestart) {
  const auto producer = *init();
  ASSERT_TRUE(produce(producer, a, 0, "one", kPerEpoch));
  ASSERT_TRUE(produce(producer, b, 0, "two", kPerEpoch));
  restart();
  EXPECT_EQ(state(), TransactionState::ongoing);
  ASSERT_TRUE(end(producer, TransactionEnd::commit, kPerEpoch));
  EXPECT_THAT(committed(a), ElementsAre("one"));
  EXPECT_THAT(committed(b), ElementsAre("two"));
}

TEST_F(TransactionTest, OneThatTakesTooLongIsAborted) {
  const auto producer = *init({}, 10ms);
  ASSERT_EQ(add(producer, a), none);
  ASSERT_TRUE(produce(producer, a, 0, "gone"));
  produce_plain(a, "plain");
  for (int i = 0; i < 100 && state() == TransactionState::ongoing; ++i) {
    broker.run(pause(Millis(50)));
  }
  EXPECT_EQ(state(), TransactionState::complete_abort);
  EXPECT_THAT(committed(a), ElementsAre("plain"));
  EXPECT_EQ(end(producer, TransactionEnd::commit).error(), producer_fenced);
}

TEST_F(TransactionTest, AnInstanceThatComesBackGoesOnWithANewEpoch) {
  const auto producer = *init();
  const auto next = init(producer);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->epoch, producer.epoch + 1);
  EXPECT_EQ(init(producer), next) << "asked again";
  EXPECT_EQ(init(ProducerIdentity{producer.id, 99}).error(), producer_fenced);
}

TEST_F(TransactionTest, UnknownPartitionsAreNamed) {
  const auto producer = *init();
  const auto errors = broker.run(broker->transactions().add_partitions(
      id, producer, {a, {TopicName("none"), PartitionId(0)}}));
  EXPECT_THAT(errors, ElementsAre(operation_not_attempted, unknown_topic_or_partition));
  EXPECT_EQ(state(), TransactionState::empty);
}

TEST_F(TransactionTest, BadRequestsAreRefused) {
  EXPECT_EQ(init({}, 0ms).error(), invalid_timeout);
  EXPECT_EQ(init({}, std::chrono::hours(1)).error(), invalid_timeout);
  EXPECT_EQ(init(ProducerIdentity{ProducerId(1), 0}).error(), invalid_producer_id_mapping);
  EXPECT_EQ(
      broker.run(broker->transactions().init({.transactional_id = "", .timeout = 1s})).error(),
      invalid_request);
  EXPECT_EQ(add({ProducerId(1), 0}, a), invalid_producer_id_mapping);
  EXPECT_FALSE(broker->transactions().describe(id));
}

TEST_F(TransactionTest, ADeletedTopicDoesNotKeepATransactionFromEnding) {
  const auto producer = *init();
  ASSERT_EQ(add(producer, a), none);
  ASSERT_EQ(add(producer, b), none);
  ASSERT_TRUE(produce(producer, b, 0, "two"));
  ASSERT_TRUE(broker.run(broker->delete_topic(TopicName("a"), Origin::client)));
  ASSERT_TRUE(end(producer, TransactionEnd::commit));
  EXPECT_THAT(committed(b), ElementsAre("two"));
}

struct IdsThatExpire : TransactionTest {
  IdsThatExpire() : TransactionTest(options()) {}
  static BrokerOptions options() {
    auto options = TestBroker::quick_options();
    options.transactions.id_expiration = Millis(0);
    return options;
  }
  void expire() {
    broker.run(pause(2ms));
    broker->transactions().expire_ids();
  }
};

TEST_F(IdsThatExpire, NotWhileTheirTransactionIsOpen) {
  const auto producer = *init();
  ASSERT_EQ(add(producer, a), none);
  ASSERT_TRUE(produce(producer, a, 0, "one"));
  expire();
  ASSERT_EQ(end(producer, TransactionEnd::commit), producer);
  EXPECT_THAT(committed(a), ElementsAre("one"));
}

TEST_F(IdsThatExpire, AreUnknownAlsoAfterARestart) {
  const auto producer = *init();
  expire();
  while (broker->transactions().describe(id)) broker.run(pause(1ms));
  EXPECT_EQ(add(producer, a), invalid_producer_id_mapping);
  restart();
  EXPECT_FALSE(broker->transactions().describe(id));
}

}  // namespace
}  // namespace tarn::broker
