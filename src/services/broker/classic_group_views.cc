// What a classic group shows of itself: answers, descriptions, the form that is stored.
#include <algorithm>

#include "services/broker/classic_group.h"

namespace tarn::broker {
namespace {

Bytes metadata_for(const std::vector<GroupProtocol>& protocols,
                   const std::optional<std::string>& name) {
  if (!name) return {};
  const auto found = std::ranges::find(protocols, *name, &GroupProtocol::name);
  return found == protocols.end() ? Bytes() : found->metadata;
}

}  // namespace

std::string_view to_string(GroupState state) {
  switch (state) {
    case GroupState::empty:
      return "Empty";
    case GroupState::preparing_rebalance:
      return "PreparingRebalance";
    case GroupState::completing_rebalance:
      return "CompletingRebalance";
    case GroupState::assigning:
      return "Assigning";
    case GroupState::reconciling:
      return "Reconciling";
    case GroupState::stable:
      return "Stable";
    case GroupState::dead:
      return "Dead";
  }
  return "Dead";
}

std::string_view to_string(GroupType type) {
  return type == GroupType::classic ? "classic" : "consumer";
}

std::vector<TopicName> subscribed_topics(BytesView subscription) {
  ByteReader reader(subscription);
  reader.read_i16();  // the version; later ones add fields at the end
  const int32_t count = reader.read_i32();
  std::vector<TopicName> topics;
  for (int32_t i = 0; i < count && !reader.failed(); ++i) {
    const uint64_t length = reader.read_u16();
    topics.emplace_back(std::string(as_text(reader.read_bytes(length))));
  }
  return reader.failed() ? std::vector<TopicName>() : topics;
}

bool ClassicGroup::is_idle() const {
  return members_.empty() && pending_.empty() &&
         (state_ == GroupState::empty || state_ == GroupState::dead);
}

bool ClassicGroup::is_subscribed_to(const TopicName& topic) const {
  if (protocol_type_ != "consumer") return false;
  return std::ranges::any_of(members_, [&topic](const auto& entry) {
    return std::ranges::any_of(entry.second.protocols, [&topic](const GroupProtocol& protocol) {
      const auto topics = subscribed_topics(protocol.metadata);
      return std::ranges::find(topics, topic) != topics.end();
    });
  });
}

GroupDescription ClassicGroup::describe() const {
  GroupDescription description{.error = GroupError::none,
                               .id = id_,
                               .state = state_,
                               .protocol_type = protocol_type_,
                               .protocol = "",
                               .members = {}};
  const bool is_stable = state_ == GroupState::stable;
  if (is_stable) description.protocol = protocol_.value_or("");
  for (const auto& [id, member] : members_) {
    DescribedMember described{.member_id = id,
                              .instance_id = member.instance_id,
                              .client_id = member.client_id,
                              .client_host = member.client_host,
                              .metadata = {},
                              .assignment = {}};
    if (is_stable) {
      described.metadata = metadata_for(member.protocols, protocol_);
      described.assignment = member.assignment;
    }
    description.members.push_back(std::move(described));
  }
  return description;
}

StoredGroup ClassicGroup::snapshot() const {
  StoredGroup stored{.id = id_,
                     .protocol_type = protocol_type_,
                     .generation = generation_,
                     .protocol = protocol_,
                     .leader = std::nullopt,
                     .state_time = {},
                     .members = {}};
  if (!members_.empty()) stored.leader = leader_;
  for (const auto& [id, member] : members_) {
    stored.members.push_back({.member_id = id,
                              .instance_id = member.instance_id,
                              .client_id = member.client_id,
                              .client_host = member.client_host,
                              .rebalance_timeout = member.rebalance_timeout,
                              .session_timeout = member.session_timeout,
                              .subscription = metadata_for(member.protocols, protocol_),
                              .assignment = member.assignment});
  }
  return stored;
}

void ClassicGroup::answer_join(RequestId to, GroupError error, std::string member_id) {
  JoinAnswer answer{.error = error};
  answer.member_id = std::move(member_id);
  actions_.emplace_back(AnswerJoin{to, std::move(answer)});
}

void ClassicGroup::answer_generation(RequestId to, const Member& member) {
  JoinAnswer answer{.error = GroupError::none,
                    .generation = generation_,
                    .protocol_type = protocol_type_,
                    .protocol = protocol_,
                    .leader = leader_,
                    .skip_assignment = false,
                    .member_id = member.id,
                    .members = {}};
  if (member.id == leader_) {
    for (const auto& [id, other] : members_) {
      answer.members.push_back({.member_id = id,
                                .instance_id = other.instance_id,
                                .metadata = metadata_for(other.protocols, protocol_)});
    }
  }
  actions_.emplace_back(AnswerJoin{to, std::move(answer)});
}

void ClassicGroup::answer_sync(RequestId to, GroupError error) {
  SyncAnswer answer{.error = error};
  actions_.emplace_back(AnswerSync{to, std::move(answer)});
}

void ClassicGroup::answer_assignment(RequestId to, const Member& member) {
  SyncAnswer answer{.error = GroupError::none,
                    .protocol_type = protocol_type_,
                    .protocol = protocol_,
                    .assignment = member.assignment};
  actions_.emplace_back(AnswerSync{to, std::move(answer)});
}

void ClassicGroup::fail_syncs(GroupError error, Time now) {
  for (auto& [id, member] : members_) {
    if (!member.awaits_sync) continue;
    answer_sync(*std::exchange(member.awaits_sync, {}), error);
    // It was not expected to give signs of life while it waited.
    keep_alive(member, now);
  }
}

}  // namespace tarn::broker
