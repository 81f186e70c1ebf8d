// What a group of the consumer protocol (KIP-848) is asked, and what it answers.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "services/broker/consumer_group_member.h"
#include "services/broker/group_requests.h"

namespace tarn::broker {

// Of what is optional, none means: as it was.
struct ConsumerHeartbeatRequest {
  GroupId group;
  std::string member_id;
  MemberIdRule member_id_rule = MemberIdRule::required;  // version 0: optional
  int32_t epoch = kJoinEpoch;
  std::optional<std::string> instance_id;  // of a static member, always
  std::optional<std::string> rack_id;
  std::string client_id;
  std::string client_host;
  std::optional<Millis> rebalance_timeout;
  std::optional<std::set<TopicName>> topics;
  std::optional<std::string> regex;  // empty: no longer
  // Topics of which a regular expression may tell; none: all. Called while the request is handled.
  std::function<bool(const TopicName&)> may_see = nullptr;
  std::optional<std::string> assignor;
  std::optional<Assignment> owned;
};

struct ConsumerHeartbeatAnswer {
  GroupError error = GroupError::none;
  std::string message;  // for the person who reads the client's log
  std::string member_id;
  int32_t epoch = 0;
  std::optional<Assignment> assignment;  // none: as it was
  Millis heartbeat_interval{};
};

inline constexpr std::string_view kUniformAssignor = "uniform";
inline constexpr std::string_view kRangeAssignor = "range";

// Is it a request that Kafka would look at? What is wrong stands in the answer.
ConsumerHeartbeatAnswer check_request(const ConsumerHeartbeatRequest& request);

}  // namespace tarn::broker
