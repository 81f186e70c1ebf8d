// The ways in which requests are judged, one for each shape of a request. A permit is a function
//   (const Services&, const Guard&, Request&, Response& refused) -> Rest
// that takes out of the request what the caller may not do and answers for it in `refused`. It is
// called with an authorizer only. Which right it is about stands in the API's row.
#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "edges/kafka_server/guard.h"
#include "formats/kafka_protocol/error_code.h"
#include "formats/kafka_protocol/resources.h"

namespace tarn::kafka_server {

enum class Rest { to_do, none };

namespace permits {

inline int16_t code_of_denial(ResourceType type) {
  return kafka_protocol::code(denial_of(type));
}

// Anybody, or whoever the handler itself lets.
inline constexpr auto kOpen = [](const Services&, const Guard&, auto&, auto&) {
  return Rest::to_do;
};

// Requests about one thing, refused with one error.
inline constexpr auto kCluster = [](const Services&, const Guard& guard, auto&, auto& refused) {
  if (guard.may_cluster()) return Rest::to_do;
  refused.error_code = code_of_denial(ResourceType::cluster);
  return Rest::none;
};
inline constexpr auto kGroup = [](const Services&, const Guard& guard, auto& request,
                                  auto& refused) {
  if (guard.may(ResourceType::group, request.group_id)) return Rest::to_do;
  refused.error_code = code_of_denial(ResourceType::group);
  return Rest::none;
};
inline constexpr auto kTransaction = [](const Services&, const Guard& guard, auto& request,
                                        auto& refused) {
  if (guard.may(ResourceType::transactional_id, request.transactional_id)) return Rest::to_do;
  refused.error_code = code_of_denial(ResourceType::transactional_id);
  return Rest::none;
};

// Takes the items out that are not permitted, and gives each to refuse.
template <class Item, class IsPermitted, class Refuse>
void take_out(std::vector<Item>& items, IsPermitted is_permitted, Refuse refuse) {
  std::erase_if(items, [&](const Item& item) {
    if (is_permitted(item)) return false;
    refuse(item);
    return true;
  });
}

// The names that requests and responses have for the same things.
std::string_view name_of(const auto& topic) {
  if constexpr (requires { topic.topic; }) {
    return topic.topic;
  } else {
    return topic.name;
  }
}
Uuid id_of(const auto& topic) {
  if constexpr (requires { topic.topic_id; }) {
    return topic.topic_id;
  } else {
    return {};
  }
}
decltype(auto) partitions_of(auto& topic) {
  if constexpr (requires { topic.partition_indexes; }) {
    return (topic.partition_indexes);
  } else {
    return (topic.partitions);
  }
}
int32_t index_of(const auto& partition) {
  if constexpr (requires { partition.partition_index; }) {
    return partition.partition_index;
  } else if constexpr (requires { partition.partition; }) {
    return partition.partition;
  } else if constexpr (requires { partition.index; }) {
    return partition.index;
  } else {
    return partition;
  }
}
void set_index(auto& partition, int32_t index) {
  if constexpr (requires { partition.partition_index; }) {
    partition.partition_index = index;
  } else if constexpr (requires { partition.partition; }) {
    partition.partition = index;
  } else if constexpr (requires { partition.partition_id; }) {
    partition.partition_id = index;
  } else {
    partition.index = index;
  }
}

// The answer for a topic of which every partition has the same error.
template <class Refused>
Refused refuse_topic(const auto& topic, int16_t error) {
  Refused refused;
  const std::string name(name_of(topic));
  if constexpr (requires { refused.topic_name; }) {
    refused.topic_name = name;
  } else if constexpr (requires { refused.topic; }) {
    refused.topic = name;
  } else {
    refused.name = name;
  }
  if constexpr (requires { refused.topic_id; }) refused.topic_id = id_of(topic);
  for (const auto& partition : partitions_of(topic)) {
    auto& answer = refused.partitions.emplace_back();
    set_index(answer, index_of(partition));
    answer.error_code = error;
  }
  return refused;
}

// Every topic with all its partitions has this error.
template <class Response>
void refuse_topics(const auto& request, Response& refused, int16_t error) {
  using Refused = typename decltype(refused.topics)::value_type;
  for (const auto& topic : request.topics) {
    refused.topics.push_back(refuse_topic<Refused>(topic, error));
  }
}

// Topics with partitions, of which some may be refused.
inline constexpr auto kTopics = []<class Response>(const Services& services, const Guard& guard,
                                                   auto& request, Response& refused) {
  int16_t error = 0;
  take_out(
      request.topics,
      [&](const auto& topic) {
        error = topic_denial(guard, services, name_of(topic), id_of(topic));
        return error == 0;
      },
      [&](const auto& topic) {
        refused.topics.push_back(refuse_topic<typename Response::Topic>(topic, error));
      });
  return Rest::to_do;
};

// The resource whose right is needed for the configuration of this kind of thing.
inline ResourceType type_with_configs(int8_t config_type) {
  if (config_type == kafka_protocol::kResourceTopic) return ResourceType::topic;
  if (config_type == kafka_protocol::kResourceGroup) return ResourceType::group;
  return ResourceType::cluster;
}

// Configurations, each of which needs the right of its own type.
inline constexpr auto kConfigs = [](const Services&, const Guard& guard, auto& request,
                                    auto& refused) {
  take_out(
      request.resources,
      [&](const auto& resource) {
        const auto type = type_with_configs(resource.resource_type);
        const bool has_name = type != ResourceType::cluster;
        return guard.may(type, has_name ? resource.resource_name : access::kClusterName);
      },
      [&](const auto& resource) {
        auto& answer = refused.resources.emplace_back();
        answer.error_code = code_of_denial(type_with_configs(resource.resource_type));
        answer.resource_type = resource.resource_type;
        answer.resource_name = resource.resource_name;
      });
  return Rest::to_do;
};

}  // namespace permits

// What was refused stands behind what was done, whatever the list is called.
template <class Response>
void add_refused(Response& response, Response refused) {
  const auto append = [](auto& to, auto& items) {
    std::ranges::move(items, std::back_inserter(to));
  };
  if constexpr (requires { response.topics; }) append(response.topics, refused.topics);
  if constexpr (requires { response.results; }) append(response.results, refused.results);
  if constexpr (requires { response.resources; }) append(response.resources, refused.resources);
  if constexpr (requires { response.groups; }) append(response.groups, refused.groups);
  if constexpr (requires { response.coordinators; })
    append(response.coordinators, refused.coordinators);
  if constexpr (requires { response.transaction_states; })
    append(response.transaction_states, refused.transaction_states);
}

}  // namespace tarn::kafka_server
