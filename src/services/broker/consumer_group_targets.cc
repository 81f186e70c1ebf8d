// What the members of a consumer group are to read: their topics, and the target assignment.
#include <algorithm>
#include <bit>

#include "formats/pattern/pattern.h"
#include "services/broker/consumer_group.h"

namespace tarn::broker {
namespace {

// FNV-1a. Kafka keeps a hash of its own in this place, and only compares it with the next one.
class Hash {
 public:
  void add(BytesView bytes) {
    for (std::byte byte : bytes) {
      value_ = (value_ ^ std::to_integer<uint64_t>(byte)) * 0x100000001b3ULL;
    }
  }
  [[nodiscard]] int64_t value() const { return std::bit_cast<int64_t>(value_); }

 private:
  uint64_t value_ = 0xcbf29ce484222325ULL;
};

int64_t hash_of(const std::map<TopicName, const Topic*>& topics) {
  if (topics.empty()) return 0;
  Hash hash;
  for (const auto& [name, topic] : topics) {
    const int32_t partitions = topic->partition_count();
    hash.add(as_bytes(name.value()));
    hash.add(std::as_bytes(std::span(topic->id.bytes)));
    hash.add(std::as_bytes(std::span(&partitions, 1)));
  }
  return hash.value();
}

// Internal topics are nobody's business who does not name them.
std::set<TopicName> matching(const std::string& regex, const TopicCatalog& topics,
                             const std::function<bool(const TopicName&)>& may_see) {
  std::set<TopicName> found;
  const auto pattern = pattern::Pattern::compile(regex);
  if (!pattern) return found;
  for (const auto& [name, topic] : topics.all()) {
    if (topic.is_internal() || !pattern->matches(name.value())) continue;
    if (!may_see || may_see(name)) found.insert(name);
  }
  return found;
}

}  // namespace

ConsumerGroup::Subscription ConsumerGroup::resolve(const TopicCatalog& topics,
                                                   const ConsumerHeartbeatRequest& asked_by,
                                                   Timestamp now) {
  drop_unused_regexes();
  auto subscription = Subscription::same;
  for (const auto& [id, member] : data_.members) {
    if (member.regex.empty()) continue;
    const auto found = data_.regexes.find(member.regex);
    const bool is_known = found != data_.regexes.end();
    if (is_known && topics_version_ == topics.version()) continue;
    ResolvedRegex resolved{.topics = matching(member.regex, topics, asked_by.may_see),
                           .version = topics.version(),
                           .resolved = now};
    if (is_known && found->second.topics == resolved.topics) continue;
    data_.regexes[member.regex] = std::move(resolved);
    changed(ConsumerGroupPart::regex, member.regex);
    subscription = Subscription::changed;
  }
  return subscription;
}

void ConsumerGroup::drop_unused_regexes() {
  std::set<std::string> used;
  for (const auto& [id, member] : data_.members) used.insert(member.regex);
  std::erase_if(data_.regexes, [this, &used](const auto& entry) {
    if (used.contains(entry.first)) return false;
    changed(ConsumerGroupPart::regex, entry.first);
    return true;
  });
}

void ConsumerGroup::refresh(const TopicCatalog& topics, Subscription subscription) {
  if (subscription == Subscription::same && topics_version_ == topics.version()) return;
  topics_version_ = topics.version();
  const int64_t hash = hash_of(subscribed(topics));
  if (subscription == Subscription::same && hash == data_.metadata_hash) return;
  data_.metadata_hash = hash;
  changed(ConsumerGroupPart::group);
  // An epoch without an assignment is as good for this change as another one.
  if (data_.epoch == data_.target_epoch) ++data_.epoch;
}

void ConsumerGroup::assign(const TopicCatalog& topics) {
  if (data_.epoch == data_.target_epoch) return;
  AssignmentTask task;
  const auto known = subscribed(topics);
  for (const auto& [name, topic] : known) task.partitions[topic->id] = topic->partition_count();
  for (const auto& [id, member] : data_.members) {
    AssignableMember& assignable = task.members[id];
    assignable.instance_id = member.instance_id;
    const auto last = data_.targets.find(id);
    if (last != data_.targets.end()) assignable.target = last->second;
    for (const TopicName& name : topics_of(member)) {
      const auto found = known.find(name);
      if (found != known.end()) assignable.topics.insert(found->second->id);
    }
  }
  GroupAssignment targets =
      assignor() == kRangeAssignor ? assign_range(task) : assign_uniform(task);
  for (const auto& [id, target] : targets) {
    const auto last = data_.targets.find(id);
    if (last == data_.targets.end() || last->second != target) {
      changed(ConsumerGroupPart::target, id);
    }
  }
  data_.targets = std::move(targets);
  data_.target_epoch = data_.epoch;
  changed(ConsumerGroupPart::target_epoch);
}

std::set<TopicName> ConsumerGroup::topics_of(const Member& member) const {
  std::set<TopicName> topics = member.topics;
  const auto resolved = data_.regexes.find(member.regex);
  if (resolved != data_.regexes.end()) {
    topics.insert(resolved->second.topics.begin(), resolved->second.topics.end());
  }
  return topics;
}

std::map<TopicName, const Topic*> ConsumerGroup::subscribed(const TopicCatalog& topics) const {
  std::map<TopicName, const Topic*> known;
  for (const auto& [id, member] : data_.members) {
    for (const TopicName& name : topics_of(member)) {
      if (known.contains(name)) continue;
      if (const Topic* topic = topics.find(name)) known[name] = topic;
    }
  }
  return known;
}

bool ConsumerGroup::is_subscribed_to(const TopicName& topic) const {
  return std::ranges::any_of(data_.members, [this, &topic](const auto& entry) {
    return topics_of(entry.second).contains(topic);
  });
}

std::string ConsumerGroup::assignor() const {
  std::map<std::string, size_t> votes;
  for (const auto& [id, member] : data_.members) {
    if (member.assignor) ++votes[*member.assignor];
  }
  const auto most =
      std::ranges::max_element(votes, {}, [](const auto& entry) { return entry.second; });
  return most == votes.end() ? std::string(kUniformAssignor) : most->first;
}

GroupState ConsumerGroup::state() const {
  if (data_.members.empty()) return GroupState::empty;
  if (data_.epoch > data_.target_epoch) return GroupState::assigning;
  const bool is_settled = std::ranges::all_of(data_.members, [this](const auto& entry) {
    return entry.second.state == MemberState::stable && entry.second.epoch == data_.target_epoch;
  });
  return is_settled ? GroupState::stable : GroupState::reconciling;
}

std::set<ConsumerGroupKey> ConsumerGroup::keys() const {
  const auto key = [this](ConsumerGroupPart part, const std::string& name = {}) {
    return ConsumerGroupKey{part, data_.id, name};
  };
  std::set<ConsumerGroupKey> all{key(ConsumerGroupPart::group),
                                 key(ConsumerGroupPart::target_epoch)};
  for (const auto& [id, member] : data_.members) {
    all.insert(key(ConsumerGroupPart::member, id));
    all.insert(key(ConsumerGroupPart::current, id));
  }
  for (const auto& [id, target] : data_.targets) all.insert(key(ConsumerGroupPart::target, id));
  for (const auto& [regex, topics] : data_.regexes) {
    all.insert(key(ConsumerGroupPart::regex, regex));
  }
  return all;
}

GroupError ConsumerGroup::check_commit(const OffsetCommitRequest& request) const {
  // A consumer that does not take part, or an operator.
  if (request.generation < 0 && data_.members.empty()) return GroupError::none;
  const bool is_transactional = request.kind == CommitKind::transactional;
  if (is_transactional && request.generation < 0 && request.member_id.empty()) {
    return GroupError::none;
  }
  const auto member = data_.members.find(request.member_id);
  if (member == data_.members.end()) return GroupError::unknown_member_id;
  if (!is_transactional && request.member_epochs == MemberEpochs::unknown) {
    return GroupError::unsupported_version;
  }
  if (request.generation == member->second.epoch) return GroupError::none;
  return is_transactional ? GroupError::illegal_generation : GroupError::stale_member_epoch;
}

GroupError ConsumerGroup::check_fetch(const OffsetFetchRequest& request) const {
  // An operator.
  if (!request.member_id && request.epoch < 0) return GroupError::none;
  const auto member = data_.members.find(request.member_id.value_or(""));
  if (member == data_.members.end()) return GroupError::unknown_member_id;
  return request.epoch == member->second.epoch ? GroupError::none : GroupError::stale_member_epoch;
}

}  // namespace tarn::broker
