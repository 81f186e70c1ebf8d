// Makes, changes and removes topics.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "base/random.h"
#include "engines/storage/engine.h"
#include "platform/runtime/event.h"
#include "platform/runtime/task.h"
#include "platform/telemetry/logger.h"
#include "services/broker/commit_inbox.h"
#include "services/broker/completion.h"
#include "services/broker/long_polls.h"
#include "services/broker/requests.h"
#include "services/broker/topic_catalog.h"

namespace tarn::broker {

struct TopicLimits {
  int32_t default_partitions = 1;
  size_t partitions_max = 20'000;  // of all topics together
  int32_t replicas_max = INT16_MAX;
};

struct TopicAdminParts {
  TopicCatalog& topics;
  storage::Engine& engine;
  CommitInbox& inbox;
  LongPolls& polls;
  boost::asio::any_io_executor executor;
  telemetry::Logger logger;
};

// A change is one transaction of the engine: logs and description together. It enters the catalog
// when it is durable. Of one name there is one change at a time; others wait. What concerns all
// topics is carried out alone. I/O thread.
class TopicAdmin {
 public:
  // random_seed: of topic ids.
  TopicAdmin(TopicAdminParts parts, TopicLimits limits, uint64_t random_seed);

  // Called with each topic that is gone.
  void on_deleted(std::function<void(const TopicName&)> listener) {
    deleted_ = std::move(listener);
  }

  runtime::Awaitable<Answer<Topic>> create(NewTopic topic, Validate validate);
  runtime::Awaitable<Answer<Topic>> ensure(NewTopic topic);
  runtime::Awaitable<Answer<void>> remove(TopicName name, Origin origin);
  runtime::Awaitable<Answer<void>> create_partitions(TopicName name, int32_t count,
                                                     Validate validate);
  runtime::Awaitable<Answer<void>> alter_config(TopicName name, ConfigChanges changes,
                                                Validate validate);
  // Of the brokers, which topics take over; all logs follow at once.
  runtime::Awaitable<Answer<void>> alter_broker_config(BrokerScope scope, ConfigChanges changes,
                                                       Validate validate);

 private:
  // The durable side of a change, and what it means for the catalog.
  struct Change {
    TopicName name;
    size_t partitions_added = 0;
    storage::Transaction transaction;
    std::function<void()> apply;
  };
  runtime::Awaitable<void> wait_for_change(TopicName name);
  runtime::Awaitable<Answer<void>> carry_out(Change change);
  Answer<Topic> plan(const NewTopic& wanted) const;
  [[nodiscard]] Answer<void> check_partitions(int64_t added) const;
  void warn_of_collision(const TopicName& name) const;
  Change put(const Topic& topic, size_t partitions_added);

  TopicAdminParts parts_;
  TopicLimits limits_;
  Random random_;
  std::function<void(const TopicName&)> deleted_;
  std::map<TopicName, size_t> under_way_;  // partitions that the change adds
  runtime::Event changed_;
};

}  // namespace tarn::broker
