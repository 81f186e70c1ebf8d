#include "services/broker/consumer_group_requests.h"

#include "formats/pattern/pattern.h"

namespace tarn::broker {
namespace {

// Kafka's record formats have 16 bits for the length of a text.
constexpr size_t kTextBytesMax = 32'000;

bool is_empty_text(const std::optional<std::string>& text) {
  return text && text->empty();
}

// What is wrong with the epoch and what belongs to it; empty: nothing.
std::string wrong_epoch(const ConsumerHeartbeatRequest& request) {
  if (request.epoch < kStaticLeaveEpoch) return "MemberEpoch is invalid.";
  if (request.epoch == kStaticLeaveEpoch && !request.instance_id) {
    return "InstanceId can't be null.";
  }
  if (request.epoch != kJoinEpoch) return "";
  if (!request.rebalance_timeout) return "RebalanceTimeoutMs must be provided in first request.";
  if (!request.owned || !request.owned->empty())
    return "TopicPartitions must be empty when (re-)joining.";
  if (request.topics || (request.regex && !request.regex->empty())) return "";
  return "SubscribedTopicNames or SubscribedTopicRegex must be given when (re-)joining.";
}

std::string wrong_text(const ConsumerHeartbeatRequest& request) {
  if (request.group.value().empty()) return "GroupId can't be empty.";
  if (request.member_id.empty()) return "MemberId can't be empty.";
  if (is_empty_text(request.instance_id)) return "InstanceId can't be empty.";
  if (is_empty_text(request.rack_id)) return "RackId can't be empty.";
  const auto fits = [](const std::optional<std::string>& text) {
    return !text || text->size() <= kTextBytesMax;
  };
  const bool all_fit = fits(request.member_id) && fits(request.instance_id) &&
                       fits(request.rack_id) && fits(request.client_id) &&
                       fits(request.client_host) && fits(request.regex);
  return all_fit ? "" : "A text of the request is longer than 32000 bytes.";
}

}  // namespace

ConsumerHeartbeatAnswer check_request(const ConsumerHeartbeatRequest& request) {
  ConsumerHeartbeatAnswer answer{.message = wrong_text(request)};
  if (answer.message.empty()) answer.message = wrong_epoch(request);
  if (!answer.message.empty()) {
    answer.error = GroupError::invalid_request;
    return answer;
  }
  const auto& assignor = request.assignor;
  if (assignor && *assignor != kUniformAssignor && *assignor != kRangeAssignor) {
    answer.error = GroupError::unsupported_assignor;
    answer.message =
        "ServerAssignor " + *assignor + " is not supported. Supported assignors: uniform, range.";
  }
  if (!request.regex || request.regex->empty()) return answer;
  if (const auto pattern = pattern::Pattern::compile(*request.regex); !pattern) {
    answer.error = GroupError::invalid_regular_expression;
    answer.message = pattern.error().message();
  }
  return answer;
}

}  // namespace tarn::broker
