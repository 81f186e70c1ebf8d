#include "services/broker/group_coordinator.h"

#include <algorithm>

#include "base/uuid.h"

namespace tarn::broker {
namespace {

// Kafka's record formats have 16 bits for the length of a text; member ids get 37 characters more.
constexpr size_t kTextBytesMax = 32'000;
constexpr auto kRemovalWait = std::chrono::seconds(5);

}  // namespace

GroupCoordinator::GroupCoordinator(GroupCoordinatorParts parts, GroupOptions options)
    : parts_(std::move(parts)),
      options_(options),
      random_(parts_.random_seed),
      deadlines_changed_(parts_.executor),
      loaded_(parts_.executor),
      written_(parts_.executor) {}

runtime::Awaitable<JoinAnswer> GroupCoordinator::join(JoinRequest request) {
  const auto refused = [&request](GroupError error) {
    JoinAnswer answer{.error = error};
    answer.member_id = request.member_id;
    return answer;
  };
  const GroupError error = co_await prepare(request.group);
  if (error != GroupError::none) co_return refused(error);
  if (!can_be_stored(request)) co_return refused(GroupError::inconsistent_group_protocol);
  const GroupId group_id = request.group;
  Group* group = find(group_id);
  if (group == nullptr) {
    if (!request.member_id.empty()) co_return refused(GroupError::unknown_member_id);
    if (is_full()) co_return refused(GroupError::coordinator_not_available);
    group = &add_group(ClassicGroup(group_id, rules()));
  }
  if (group->is_being_removed) co_return refused(GroupError::coordinator_not_available);
  if (!make_classic(*group)) co_return refused(GroupError::inconsistent_group_protocol);
  const RequestId id = next_request_++;
  auto done = std::make_shared<Completion<JoinAnswer>>(parts_.executor);
  joins_.emplace(id, done);
  std::string member_id = new_member_id(request);
  group->machine.join(id, std::move(request), std::move(member_id), parts_.clock.monotonic());
  settle(group_id);
  co_return co_await Completion<JoinAnswer>::wait(done);
}

runtime::Awaitable<SyncAnswer> GroupCoordinator::sync(SyncRequest request) {
  const auto refused = [](GroupError error) { return SyncAnswer{.error = error}; };
  const GroupError error = co_await prepare(request.group);
  if (error != GroupError::none) co_return refused(error);
  const GroupId group_id = request.group;
  Group* group = find(group_id);
  if (group == nullptr) co_return refused(GroupError::unknown_member_id);
  const RequestId id = next_request_++;
  auto done = std::make_shared<Completion<SyncAnswer>>(parts_.executor);
  syncs_.emplace(id, done);
  group->machine.sync(id, std::move(request), parts_.clock.monotonic());
  settle(group_id);
  co_return co_await Completion<SyncAnswer>::wait(done);
}

GroupError GroupCoordinator::heartbeat(const HeartbeatRequest& request) {
  if (const GroupError error = status(); error != GroupError::none) return error;
  Group* group = find(request.group);
  if (group == nullptr) return GroupError::unknown_member_id;
  const GroupError error = group->machine.heartbeat(request, parts_.clock.monotonic());
  settle(request.group);
  return error;
}

LeaveAnswer GroupCoordinator::leave(const LeaveRequest& request) {
  if (const GroupError error = status(); error != GroupError::none) return {error, {}};
  LeaveAnswer answer;
  for (const LeavingMember& member : request.members) {
    Group* group = find(request.group);
    answer.members.push_back(group == nullptr
                                 ? GroupError::unknown_member_id
                                 : group->machine.leave(member, parts_.clock.monotonic()));
    settle(request.group);
  }
  return answer;
}

GroupError GroupCoordinator::status() const {
  if (is_closed_) return GroupError::coordinator_not_available;
  return is_loaded_ ? GroupError::none : GroupError::coordinator_load_in_progress;
}

runtime::Awaitable<void> GroupCoordinator::wait_until_loaded() {
  while (status() == GroupError::coordinator_load_in_progress) co_await loaded_.wait();
}

std::vector<GroupListing> GroupCoordinator::list() const {
  std::vector<GroupListing> listings;
  for (const auto& [id, group] : groups_) {
    listings.push_back(group.machine.listing());
    if (!group.consumer) continue;
    listings.back() = {.id = id,
                       .protocol_type = "consumer",
                       .state = group.consumer->state(),
                       .type = GroupType::consumer,
                       .members = group.consumer->data().members.size()};
  }
  return listings;
}

GroupDescription GroupCoordinator::describe(const GroupId& group) const {
  GroupDescription description;
  const auto found = groups_.find(group);
  if (found != groups_.end() && !found->second.consumer) {
    description = found->second.machine.describe();
  }
  description.error = status();
  description.id = group;
  return description;
}

runtime::Awaitable<GroupError> GroupCoordinator::remove(GroupId group_id) {
  const GroupError error = co_await prepare(group_id);
  if (error != GroupError::none) co_return error;
  // The last member has left before the state without it is durable: that write is waited for.
  // Whoever goes on committing is as good as a member.
  const Time patience = parts_.clock.monotonic() + kRemovalWait;
  Group* group = find(group_id);
  while (group != nullptr && group->is_idle() && group->writes_under_way > 0 &&
         parts_.clock.monotonic() < patience) {
    co_await written_.wait_until(patience);
    group = find(group_id);
  }
  if (group == nullptr) co_return GroupError::group_id_not_found;
  const bool is_used = !group->is_idle() || group->writes_under_way > 0;
  if (is_used) co_return GroupError::non_empty_group;
  auto done = std::make_shared<Completion<GroupError>>(parts_.executor);
  forget_group(*group, done);
  co_return co_await Completion<GroupError>::wait(done);
}

runtime::Task<void> GroupCoordinator::run_timers() {
  while (true) {
    if (deadlines_.empty()) {
      co_await deadlines_changed_.wait();
    } else if (deadlines_.begin()->first > parts_.clock.monotonic()) {
      co_await deadlines_changed_.wait_until(deadlines_.begin()->first);
    }
    const Time now = parts_.clock.monotonic();
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
      const GroupId id = deadlines_.begin()->second;
      deadlines_.erase(deadlines_.begin());
      Group& group = groups_.at(id);
      group.deadline.reset();
      group.machine.tick(now);
      if (group.consumer) group.consumer->tick(now);
      store_consumer_group(group);
      settle(id);
    }
  }
}

void GroupCoordinator::close() {
  is_closed_ = true;
  loaded_.notify_all();
  written_.notify_all();
  for (auto& [id, group] : groups_) {
    group.machine.close(GroupError::coordinator_not_available);
    for (GroupAction& action : group.machine.take_actions()) act(group, action);
  }
}

runtime::Awaitable<GroupError> GroupCoordinator::prepare(GroupId group) {
  if (const GroupError error = status(); error != GroupError::none) co_return error;
  if (group.value().empty() || group.value().size() > kTextBytesMax) {
    co_return GroupError::invalid_group_id;
  }
  if (!parts_.log.exists()) {
    auto made = co_await parts_.log.ensure();
    if (!made) {
      parts_.logger.warn("the topic __consumer_offsets cannot be created",
                         {{"reason", made.error().message}});
      co_return GroupError::coordinator_not_available;
    }
  }
  co_return status();
}

bool GroupCoordinator::can_be_stored(const JoinRequest& request) {
  const auto fits = [](const std::string& text) { return text.size() <= kTextBytesMax; };
  return fits(request.member_id) && fits(request.instance_id.value_or("")) &&
         fits(request.client_id) && fits(request.client_host) && fits(request.protocol_type) &&
         std::ranges::all_of(request.protocols,
                             [&](const GroupProtocol& protocol) { return fits(protocol.name); });
}

GroupRules GroupCoordinator::rules() const {
  return {.session_timeout_min = options_.session_timeout_min,
          .session_timeout_max = options_.session_timeout_max,
          .initial_rebalance_delay = options_.initial_rebalance_delay,
          .members_max = options_.members_max};
}

GroupCoordinator::Group* GroupCoordinator::find(const GroupId& group) {
  const auto found = groups_.find(group);
  return found == groups_.end() ? nullptr : &found->second;
}

GroupCoordinator::Group& GroupCoordinator::add_group(ClassicGroup machine) {
  const GroupId id = machine.id();
  return groups_.emplace(id, Group(std::move(machine))).first->second;
}

std::string GroupCoordinator::new_member_id(const JoinRequest& request) {
  return request.instance_id.value_or(request.client_id) + "-" + Uuid::random(random_).to_string();
}

void GroupCoordinator::settle(const GroupId& group_id) {
  Group* group = find(group_id);
  if (group == nullptr) return;
  for (GroupAction& action : group->machine.take_actions()) act(*group, action);
  schedule(*group);
  erase_if_unused(group_id);
}

void GroupCoordinator::act(Group& group, GroupAction& action) {
  if (auto* join = std::get_if<AnswerJoin>(&action)) {
    if (auto waiting = joins_.extract(join->to)) waiting.mapped()->set(std::move(join->answer));
  } else if (auto* sync = std::get_if<AnswerSync>(&action)) {
    if (auto waiting = syncs_.extract(sync->to)) waiting.mapped()->set(std::move(sync->answer));
  } else {
    store(group, std::move(std::get<StoreGroup>(action)));
  }
}

void GroupCoordinator::store(Group& group, StoreGroup action) {
  action.group.state_time = parts_.clock.now();
  if (action.group.members.empty()) group.empty_since = action.group.state_time;
  std::vector<CoordinatorRecord> entries;
  entries.push_back({encode_key(GroupKey{group.machine.id()}), encode_value(action.group)});
  write(group, std::move(entries), [this, action](Group& written, const Answer<void>& outcome) {
    using Stored = ClassicGroup::Stored;
    if (outcome) {
      written.stored = action.group;
    } else {
      parts_.logger.warn("a generation of a consumer group could not be stored",
                         {{"group", action.group.id.value()}, {"reason", outcome.error().message}});
    }
    written.machine.stored(action.store_id, outcome ? Stored::yes : Stored::no,
                           parts_.clock.monotonic());
  });
}

void GroupCoordinator::schedule(Group& group) {
  auto next = group.consumer ? group.consumer->next_deadline() : group.machine.next_deadline();
  // Whatever the machine says, the timers do not spin.
  if (next) next = std::max(*next, parts_.clock.monotonic() + Millis(1));
  if (next == group.deadline) return;
  if (group.deadline) deadlines_.erase({*group.deadline, group.machine.id()});
  group.deadline = next;
  if (!next) return;
  const auto entry = deadlines_.emplace(*next, group.machine.id()).first;
  if (entry == deadlines_.begin()) deadlines_changed_.notify_all();
}

void GroupCoordinator::erase_if_unused(const GroupId& group_id) {
  Group* group = find(group_id);
  if (group == nullptr || group->writes_under_way > 0) return;
  const bool is_unused =
      group->machine.is_idle() && !group->consumer && group->offsets.empty() && !group->stored;
  if (!is_unused) return;
  if (group->deadline) deadlines_.erase({*group->deadline, group_id});
  groups_.erase(group_id);
}

}  // namespace tarn::broker
