#include <algorithm>
#include <charconv>

#include <boost/json.hpp>

#include "edges/api/json_body.h"
#include "edges/api/respond.h"
#include "edges/api/routes.h"
#include "services/broker/broker.h"

namespace tarn::api {
namespace {

namespace json = boost::json;

Error to_error(broker::GroupError error, const std::string& group) {
  switch (error) {
    case broker::GroupError::coordinator_load_in_progress:
      return {ErrorCode::unavailable, "the groups are still being read; try again"};
    case broker::GroupError::group_id_not_found:
      return {ErrorCode::not_found, "there is no group '" + group + "'"};
    case broker::GroupError::non_empty_group:
    case broker::GroupError::unknown_member_id:
    case broker::GroupError::illegal_generation:
    case broker::GroupError::rebalance_in_progress:
      return {ErrorCode::failed_precondition,
              "the group '" + group + "' has members; stop its consumers first"};
    case broker::GroupError::unknown_topic_or_partition:
      return {ErrorCode::not_found, "there is no such topic or partition"};
    case broker::GroupError::storage_failed:
      return {ErrorCode::unavailable, "the storage takes nothing at the moment"};
    default:
      return {ErrorCode::invalid_argument, "the group '" + group + "' refuses that"};
  }
}

json::array describe_offsets(broker::Broker& broker, const GroupId& group) {
  json::array offsets;
  auto known = broker.groups().fetch_offsets(group);
  for (const auto& [of, committed] : known.offsets) {
    json::object entry{{"topic", of.topic.value()},
                       {"partition", of.partition.value()},
                       {"offset", committed.offset.value()}};
    if (auto state = broker.partition_state(of)) {
      entry["end"] = state->high_watermark.value();
      entry["lag"] = state->high_watermark - committed.offset;
    }
    offsets.push_back(std::move(entry));
  }
  return offsets;
}

runtime::Task<http::Response> list_groups(broker::Broker* broker) {
  if (auto status = broker->groups().status(); status != broker::GroupError::none) {
    co_return respond_with_error(to_error(status, ""));
  }
  json::array groups;
  for (const auto& group : broker->groups().list()) {
    groups.push_back({{"group", group.id.value()},
                      {"type", broker::to_string(group.type)},
                      {"state", broker::to_string(group.state)},
                      {"members", group.members},
                      {"protocol_type", group.protocol_type}});
  }
  co_return respond_json(json::object{{"groups", std::move(groups)}});
}

json::array name_partitions(const broker::Broker& broker, const broker::Assignment& assignment) {
  json::array partitions;
  for (const auto& [id, numbers] : assignment) {
    const auto* topic = broker.topics().find(id);
    for (const int32_t number : numbers) {
      partitions.push_back({{"topic", topic == nullptr ? id.to_base64() : topic->name.value()},
                            {"partition", number}});
    }
  }
  return partitions;
}

// A group whose broker assigns (KIP-848).
json::object describe_consumer_group(const broker::Broker& broker,
                                     const broker::ConsumerGroup& group) {
  const broker::ConsumerGroupData& data = group.data();
  json::array members;
  for (const auto& [id, member] : data.members) {
    const auto target = data.targets.find(id);
    json::object described{{"member", id},
                           {"client", member.client_id},
                           {"host", member.client_host},
                           {"epoch", member.epoch},
                           {"partitions", name_partitions(broker, member.assigned)}};
    if (member.instance_id) described["instance"] = *member.instance_id;
    if (target != data.targets.end() && target->second != member.assigned) {
      described["target"] = name_partitions(broker, target->second);
    }
    members.push_back(std::move(described));
  }
  return {{"group", data.id.value()},
          {"type", "consumer"},
          {"state", broker::to_string(group.state())},
          {"epoch", data.epoch},
          {"assignment_epoch", data.target_epoch},
          {"assignor", group.assignor()},
          {"members", std::move(members)}};
}

runtime::Task<http::Response> describe_group(http::Request request, broker::Broker* broker) {
  GroupId id(path_parameter(request, "group"));
  auto description = broker->groups().describe(id);
  if (description.error != broker::GroupError::none) {
    co_return respond_with_error(to_error(description.error, id.value()));
  }
  auto offsets = describe_offsets(*broker, id);
  if (const auto* group = broker->groups().find_consumer_group(id)) {
    auto described = describe_consumer_group(*broker, *group);
    described["offsets"] = std::move(offsets);
    co_return respond_json(std::move(described));
  }
  if (description.state == broker::GroupState::dead && offsets.empty()) {
    co_return respond_with_error(to_error(broker::GroupError::group_id_not_found, id.value()));
  }
  json::array members;
  for (const auto& member : description.members) {
    members.push_back(
        {{"member", member.member_id}, {"client", member.client_id}, {"host", member.client_host}});
  }
  co_return respond_json(json::object{{"group", id.value()},
                                      {"type", "classic"},
                                      {"state", broker::to_string(description.state)},
                                      {"protocol", description.protocol},
                                      {"members", std::move(members)},
                                      {"offsets", std::move(offsets)}});
}

runtime::Task<http::Response> delete_group(http::Request request, broker::Broker* broker) {
  GroupId id(path_parameter(request, "group"));
  auto error = co_await broker->groups().remove(id);
  if (error != broker::GroupError::none) co_return respond_with_error(to_error(error, id.value()));
  co_return respond_done();
}

// "earliest", "latest", an offset, or an instant in ISO 8601.
runtime::Task<Offset> resolve_offset(broker::Broker* broker, TopicPartition of, std::string to) {
  broker::OffsetQuery query = broker::LatestOffset{};
  if (to == "earliest") {
    query = broker::EarliestOffset{};
  } else if (to != "latest") {
    int64_t number = 0;
    auto [end, error] = std::from_chars(to.data(), to.data() + to.size(), number);
    if (error == std::errc() && end == to.data() + to.size() && number >= 0) {
      co_return Offset(number);
    }
    auto at = parse_iso8601(to);
    if (!at) {
      co_return Error(ErrorCode::invalid_argument,
                      "'to' must be earliest, latest, an offset, or a time such as "
                      "2024-09-01T11:36:01Z");
    }
    query = broker::OffsetAt{*at};
  }
  auto found = co_await broker->find_offset(of, query, broker::Isolation::read_committed, {});
  if (!found) co_return broker::to_error(found.error());
  if (*found) co_return (*found)->offset;
  // No record is that young: the end.
  auto state = broker->partition_state(of);
  if (!state) co_return broker::to_error(state.error());
  co_return state->high_watermark;
}

struct Reset {
  broker::OffsetCommitRequest commit;
  json::array described;
  bool is_dry_run = false;
};

// An offset that is no more, or not yet, becomes the nearest one that is.
runtime::Task<Reset> prepare_reset(http::Request request, broker::Broker* broker) {
  auto body = CO_TRY(parse_body(request));
  auto topic = CO_TRY(text_member(body, "topic"));
  auto to = CO_TRY(text_member(body, "to"));
  if (!topic || !to) co_return Error(ErrorCode::invalid_argument, "'topic' and 'to' are needed");
  const auto* found = broker->topics().find(TopicName(*topic));
  if (found == nullptr) {
    co_return Error(ErrorCode::not_found, "there is no topic '" + *topic + "'");
  }
  Reset reset;
  const json::value* dry_run = body.if_contains("dry_run");
  reset.is_dry_run = dry_run != nullptr && dry_run->is_bool() && dry_run->as_bool();
  reset.commit.group = GroupId(path_parameter(request, "group"));
  auto known = broker->groups().fetch_offsets(reset.commit.group).offsets;
  int32_t partitions = found->partition_count();
  for (int32_t index = 0; index < partitions; ++index) {
    TopicPartition of{.topic = TopicName(*topic), .partition = PartitionId(index)};
    Offset wanted = CO_TRY(co_await resolve_offset(broker, of, *to));
    auto state = broker->partition_state(of);
    if (!state) co_return broker::to_error(state.error());
    Offset offset = std::clamp(wanted, state->log_start, state->high_watermark);
    auto was = std::ranges::find(known, of, [](const auto& entry) { return entry.first; });
    reset.described.push_back(
        {{"topic", *topic},
         {"partition", index},
         {"was", was == known.end() ? json::value() : json::value(was->second.offset.value())},
         {"offset", offset.value()},
         {"end", state->high_watermark.value()},
         {"lag", state->high_watermark - offset}});
    reset.commit.offsets.push_back({.partition = of, .offset = offset});
  }
  co_return reset;
}

bool has_members(const broker::Broker& broker, const GroupId& id) {
  const auto* group = broker.groups().find_consumer_group(id);
  return group == nullptr ? !broker.groups().describe(id).members.empty()
                          : !group->data().members.empty();
}

runtime::Task<http::Response> reset_group(http::Request request, broker::Broker* broker) {
  auto reset = CO_TRY(co_await prepare_reset(std::move(request), broker));
  GroupId group = reset.commit.group;
  if (reset.is_dry_run && has_members(*broker, group)) {
    co_return respond_with_error(to_error(broker::GroupError::non_empty_group, group.value()));
  }
  if (!reset.is_dry_run) {
    for (auto error : co_await broker->groups().commit_offsets(std::move(reset.commit))) {
      if (error != broker::GroupError::none) {
        co_return respond_with_error(to_error(error, group.value()));
      }
    }
  }
  co_return respond_json(
      json::object{{"group", group.value()}, {"offsets", std::move(reset.described)}});
}

}  // namespace

void add_group_routes(http::Router& router, broker::Broker& broker) {
  router.add(http::Method::get, "/tarn/v1/groups",
             [&broker](const http::Request&) { return list_groups(&broker); });
  router.add(http::Method::get, "/tarn/v1/groups/{group}", [&broker](http::Request request) {
    return describe_group(std::move(request), &broker);
  });
  router.add(http::Method::del, "/tarn/v1/groups/{group}", [&broker](http::Request request) {
    return delete_group(std::move(request), &broker);
  });
  router.add(http::Method::post, "/tarn/v1/groups/{group}/offsets",
             [&broker](http::Request request) { return reset_group(std::move(request), &broker); });
}

}  // namespace tarn::api
