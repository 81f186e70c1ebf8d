#include "services/broker/topic_admin.h"

#include <fmt/format.h>

namespace tarn::broker {
namespace {

Refusal no_such_topic(const TopicName& name) {
  return {Reason::unknown_topic_or_partition, fmt::format("there is no topic '{}'", name.value())};
}

storage::CreateLog create_log(const Topic& topic, size_t partition) {
  return {.log = topic.partitions[partition],
          .name = fmt::format("{}-{}", topic.name.value(), partition),
          .config = topic.settings.log};
}

// The name of a change that concerns them.
TopicName all_topics() {
  return TopicName();
}

void apply_changes(ConfigMap& config, const ConfigChanges& changes) {
  for (const auto& [key, value] : changes) {
    if (value) {
      config[key] = *value;
    } else {
      config.erase(key);
    }
  }
}

}  // namespace

TopicAdmin::TopicAdmin(TopicAdminParts parts, TopicLimits limits, uint64_t random_seed)
    : parts_(std::move(parts)), limits_(limits), random_(random_seed), changed_(parts_.executor) {}

runtime::Awaitable<Answer<Topic>> TopicAdmin::create(NewTopic topic, Validate validate) {
  co_await wait_for_change(topic.name);
  auto planned = plan(topic);
  if (!planned || validate == Validate::only) co_return planned;
  warn_of_collision(topic.name);
  planned->id = Uuid::random(random_);
  for (LogId& log : planned->partitions) log = parts_.engine.allocate_log_id();
  Change change = put(*planned, planned->partitions.size());
  for (size_t i = 0; i < planned->partitions.size(); ++i) {
    change.transaction.emplace_back(create_log(*planned, i));
  }
  auto done = co_await carry_out(std::move(change));
  if (!done) co_return std::unexpected(std::move(done).error());
  co_return planned;
}

runtime::Awaitable<Answer<Topic>> TopicAdmin::ensure(NewTopic topic) {
  co_await wait_for_change(topic.name);
  if (const Topic* known = parts_.topics.find(topic.name)) co_return *known;
  const TopicName name = topic.name;
  auto created = co_await create(std::move(topic), Validate::and_do);
  const Topic* other = parts_.topics.find(name);
  const bool was_faster = !created && created.error().reason == Reason::topic_already_exists;
  if (was_faster && other != nullptr) co_return *other;
  co_return created;
}

runtime::Awaitable<Answer<void>> TopicAdmin::remove(TopicName name, Origin origin) {
  co_await wait_for_change(name);
  const Topic* topic = parts_.topics.find(name);
  if (topic == nullptr) co_return std::unexpected(no_such_topic(name));
  if (topic->is_internal() && origin == Origin::client) {
    co_return refuse(Reason::internal_topic,
                     fmt::format("topic '{}' belongs to the broker", name.value()));
  }
  Change change{.name = name, .transaction = {}, .apply = {}};
  for (LogId log : topic->partitions) change.transaction.emplace_back(storage::DeleteLog{log});
  change.transaction.emplace_back(storage::PutMetadata{topic_key(name), std::nullopt});
  change.apply = [this, name, logs = topic->partitions] {
    parts_.topics.remove(name);
    for (LogId log : logs) parts_.polls.removed(log);
    if (deleted_) deleted_(name);
  };
  co_return co_await carry_out(std::move(change));
}

runtime::Awaitable<Answer<void>> TopicAdmin::create_partitions(TopicName name, int32_t count,
                                                               Validate validate) {
  co_await wait_for_change(name);
  const Topic* topic = parts_.topics.find(name);
  if (topic == nullptr) co_return std::unexpected(no_such_topic(name));
  if (topic->is_internal()) {
    // A group is found by its name and the number of partitions.
    co_return refuse(Reason::internal_topic,
                     fmt::format("topic '{}' belongs to the broker", name.value()));
  }
  const int64_t added = int64_t{count} - topic->partition_count();
  if (added <= 0) {
    co_return refuse(Reason::invalid_partitions,
                     fmt::format("topic '{}' has {} partitions already; {} is not more",
                                 name.value(), topic->partition_count(), count));
  }
  if (auto fine = check_partitions(added); !fine) co_return fine;
  if (validate == Validate::only) co_return Answer<void>();
  Topic larger = *topic;
  for (int64_t i = 0; i < added; ++i) larger.partitions.push_back(parts_.engine.allocate_log_id());
  Change change = put(larger, static_cast<size_t>(added));
  for (size_t i = larger.partitions.size() - static_cast<size_t>(added);
       i < larger.partitions.size(); ++i) {
    change.transaction.emplace_back(create_log(larger, i));
  }
  co_return co_await carry_out(std::move(change));
}

runtime::Awaitable<Answer<void>> TopicAdmin::alter_config(TopicName name, ConfigChanges changes,
                                                          Validate validate) {
  co_await wait_for_change(name);
  const Topic* topic = parts_.topics.find(name);
  if (topic == nullptr) co_return std::unexpected(no_such_topic(name));
  Topic altered = *topic;
  apply_changes(altered.config, changes);
  if (auto fine = check_topic_config(altered.config); !fine) co_return fine;
  if (validate == Validate::only) co_return Answer<void>();
  altered.settings = parts_.topics.settings_of(altered.config);
  Change change = put(altered, 0);
  for (LogId log : altered.partitions) {
    change.transaction.emplace_back(storage::ConfigureLog{log, altered.settings.log});
  }
  co_return co_await carry_out(std::move(change));
}

runtime::Awaitable<Answer<void>> TopicAdmin::alter_broker_config(BrokerScope scope,
                                                                 ConfigChanges changes,
                                                                 Validate validate) {
  while (!under_way_.empty()) co_await changed_.wait();
  BrokerConfigs altered = parts_.topics.broker_configs();
  ConfigMap& config = scope == BrokerScope::all ? altered.of_all : altered.of_this;
  apply_changes(config, changes);
  if (auto fine = check_broker_config(config); !fine) co_return fine;
  if (validate == Validate::only) co_return Answer<void>();
  Change change{.name = all_topics(), .transaction = {}, .apply = {}};
  std::optional<Bytes> stored;
  if (!config.empty()) stored = encode_broker_config(config);
  change.transaction.emplace_back(
      storage::PutMetadata{broker_config_key(scope), std::move(stored)});
  for (const auto& [name, topic] : parts_.topics.all()) {
    const auto settings = topic_settings(topic.config, altered);
    if (settings.log == topic.settings.log) continue;
    for (LogId log : topic.partitions) {
      change.transaction.emplace_back(storage::ConfigureLog{log, settings.log});
    }
  }
  change.apply = [this, scope, config] { parts_.topics.set_broker_config(scope, config); };
  co_return co_await carry_out(std::move(change));
}

runtime::Awaitable<void> TopicAdmin::wait_for_change(TopicName name) {
  while (under_way_.contains(name) || under_way_.contains(all_topics())) co_await changed_.wait();
}

runtime::Awaitable<Answer<void>> TopicAdmin::carry_out(Change change) {
  under_way_[change.name] = change.partitions_added;
  auto done = std::make_shared<Completion<Answer<void>>>(parts_.executor);
  // What is durable enters the catalog also when nobody awaits it any more.
  parts_.inbox.submit(std::move(change.transaction), [this, done, name = change.name,
                                                      apply = std::move(change.apply)](
                                                         Answer<storage::Committed> result) {
    under_way_.erase(name);
    if (result) apply();
    changed_.notify_all();
    done->set(result ? Answer<void>() : std::unexpected(std::move(result).error()));
  });
  co_return co_await Completion<Answer<void>>::wait(done);
}

Answer<Topic> TopicAdmin::plan(const NewTopic& wanted) const {
  if (auto fine = check_topic_name(wanted.name); !fine) {
    return std::unexpected(std::move(fine).error());
  }
  if (parts_.topics.find(wanted.name) != nullptr) {
    return refuse(Reason::topic_already_exists,
                  fmt::format("topic '{}' exists already", wanted.name.value()));
  }
  const int32_t partitions = wanted.partitions.value_or(limits_.default_partitions);
  if (partitions < 1) {
    return refuse(Reason::invalid_partitions,
                  fmt::format("a topic has at least one partition, not {}", partitions));
  }
  if (auto fine = check_partitions(partitions); !fine) {
    return std::unexpected(std::move(fine).error());
  }
  const int16_t replication_factor = wanted.replication_factor.value_or(1);
  if (replication_factor < 1) {
    return refuse(Reason::invalid_replication_factor,
                  fmt::format("a topic has at least one replica, not {}", replication_factor));
  }
  if (replication_factor > limits_.replicas_max) {
    return refuse(Reason::invalid_replication_factor,
                  fmt::format("{} replicas were asked for, and this broker is the only one "
                              "(without strict_replication the number is stored and one is served)",
                              replication_factor));
  }
  if (auto fine = check_topic_config(wanted.config); !fine) {
    return std::unexpected(std::move(fine).error());
  }
  return Topic{.name = wanted.name,
               .id = {},
               .replication_factor = replication_factor,
               .partitions = std::vector<LogId>(static_cast<size_t>(partitions)),
               .config = wanted.config,
               .settings = parts_.topics.settings_of(wanted.config)};
}

Answer<void> TopicAdmin::check_partitions(int64_t added) const {
  size_t taken = parts_.topics.partition_count();
  for (const auto& [name, partitions] : under_way_) taken += partitions;
  if (taken + static_cast<size_t>(added) <= limits_.partitions_max) return {};
  return refuse(Reason::too_many_partitions,
                fmt::format("{} more partitions would exceed the {} of this broker; it has {}",
                            added, limits_.partitions_max, taken));
}

void TopicAdmin::warn_of_collision(const TopicName& name) const {
  if (const Topic* other = parts_.topics.find_colliding(name)) {
    parts_.logger.warn(
        "topic names that differ only in '.' and '_' share their metrics in many tools",
        {{"topic", name.value()}, {"other", other->name.value()}});
  }
}

TopicAdmin::Change TopicAdmin::put(const Topic& topic, size_t partitions_added) {
  Change change{.name = topic.name, .partitions_added = partitions_added};
  change.transaction.emplace_back(storage::PutMetadata{topic_key(topic.name), encode_topic(topic)});
  change.apply = [this, topic] {
    parts_.topics.put(topic);
    for (LogId log : topic.partitions) parts_.polls.changed(log);
  };
  return change;
}

}  // namespace tarn::broker
