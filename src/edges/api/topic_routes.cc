#include <charconv>

#include <boost/json.hpp>

#include "base/base64.h"
#include "edges/api/json_body.h"
#include "edges/api/respond.h"
#include "edges/api/routes.h"
#include "formats/record/record_reader.h"
#include "services/broker/broker.h"
#include "services/log/log.h"

namespace tarn::api {
namespace {

namespace json = boost::json;

json::object describe_partition(int32_t index, const broker::PartitionState& state,
                                const std::optional<broker::HeldRecords>& held) {
  json::object partition{{"partition", index},
                         {"start", state.log_start.value()},
                         {"end", state.high_watermark.value()},
                         {"bytes", state.bytes},
                         {"quarantined", state.quarantined},
                         {"held_by", nullptr},
                         {"held_from", nullptr},
                         {"held_bytes", 0}};
  if (held) {
    partition["held_by"] = held->holder;
    partition["held_from"] = held->from.value();
    partition["held_bytes"] = held->bytes;
  }
  return partition;
}

// With one entry for each partition, and the sum of their records.
json::object describe(const broker::Broker& broker, const broker::Topic& topic) {
  json::array partitions;
  int64_t records = 0;
  uint64_t bytes = 0;
  for (int32_t index = 0; index < topic.partition_count(); ++index) {
    const TopicPartition of{.topic = topic.name, .partition = PartitionId(index)};
    auto state = broker.partition_state(of);
    if (!state) continue;
    records += state->high_watermark - state->log_start;
    bytes += state->bytes;
    partitions.push_back(describe_partition(index, *state, broker.held_records(of)));
  }
  json::object config;
  for (const auto& [key, value] : topic.config) config[key] = value;
  return {{"name", topic.name.value()},
          {"id", topic.id.to_string()},
          {"internal", topic.is_internal()},
          {"records", records},
          {"bytes", bytes},
          {"config", std::move(config)},
          {"partitions", std::move(partitions)}};
}

runtime::Task<http::Response> list_topics(broker::Broker* broker) {
  json::array topics;
  for (const auto& [name, topic] : broker->topics().all()) {
    topics.push_back(describe(*broker, topic));
  }
  co_return respond_json(json::object{{"topics", std::move(topics)}});
}

runtime::Task<http::Response> describe_topic(http::Request request, broker::Broker* broker) {
  TopicName name(path_parameter(request, "topic"));
  const auto* topic = broker->topics().find(name);
  if (topic == nullptr) {
    co_return Error(ErrorCode::not_found, "there is no topic '" + name.value() + "'");
  }
  co_return respond_json(describe(*broker, *topic));
}

Result<broker::NewTopic> read_new_topic(const json::object& body) {
  broker::NewTopic topic;
  auto name = TRY(text_member(body, "name"));
  if (!name) return Error(ErrorCode::invalid_argument, "'name' is missing");
  topic.name = TopicName(*name);
  if (auto partitions = TRY(integer_member(body, "partitions"))) {
    if (*partitions < 1 || *partitions > 10'000) {
      return Error(ErrorCode::invalid_argument, "'partitions' must be from 1 to 10000");
    }
    topic.partitions = static_cast<int32_t>(*partitions);
  }
  if (const json::value* config = body.if_contains("config"); config && config->is_object()) {
    for (const auto& [key, value] : config->as_object()) {
      topic.config[std::string(key)] =
          value.is_string() ? std::string(value.as_string()) : json::serialize(value);
    }
  }
  return topic;
}

runtime::Task<http::Response> create_topic(http::Request request, broker::Broker* broker) {
  auto body = CO_TRY(parse_body(request));
  auto topic = CO_TRY(read_new_topic(body));
  if (topic.name.value().starts_with("__")) {
    co_return Error(ErrorCode::invalid_argument,
                    "topics that begin with '__' belong to tarn itself");
  }
  auto created = co_await broker->create_topic(std::move(topic), broker::Validate::and_do);
  if (!created) co_return respond_with_error(broker::to_error(created.error()));
  co_return respond_json(describe(*broker, *created), 201);
}

runtime::Task<http::Response> delete_topic(http::Request request, broker::Broker* broker) {
  TopicName name(path_parameter(request, "topic"));
  auto deleted = co_await broker->delete_topic(name, broker::Origin::client);
  if (!deleted) co_return respond_with_error(broker::to_error(deleted.error()));
  co_return respond_done();
}

// A record is bytes; JSON is text.
json::value as_text_or_base64(const std::optional<BytesView>& bytes) {
  if (!bytes) return nullptr;
  return json::value(text_or_base64(*bytes));
}

json::object describe_record(const record::Record& record) {
  json::object headers;
  for (const auto& header : record.headers) {
    headers[header.key] = as_text_or_base64(header.value);
  }
  return {{"offset", record.offset.value()},
          {"time", to_iso8601(record.timestamp)},
          {"key", as_text_or_base64(record.key)},
          {"value", as_text_or_base64(record.value)},
          {"headers", std::move(headers)}};
}

// The records from an offset on, so many at most.
runtime::Task<json::array> read_records(log::Log* log, TopicPartition from, Offset offset,
                                        int64_t limit) {
  json::array records;
  while (std::ssize(records) < limit) {
    auto read = CO_TRY(co_await log->read(from, offset, {.bytes_max = 1 << 20}));
    if (read.next <= offset) break;
    for (const auto& batch : read.batches) {
      auto reader = CO_TRY(record::RecordReader::open(batch.view()));
      while (auto record = CO_TRY(reader.next())) {
        bool is_wanted = !reader.header().is_control() && record->offset >= offset;
        if (is_wanted && std::ssize(records) < limit) records.push_back(describe_record(*record));
      }
    }
    offset = read.next;
  }
  co_return records;
}

runtime::Task<http::Response> show_records(http::Request request, log::Log* log) {
  auto partition = CO_TRY(integer_parameter(request, "partition")).value_or(0);
  auto limit = CO_TRY(integer_parameter(request, "limit")).value_or(10);
  auto wanted = CO_TRY(integer_parameter(request, "offset"));
  auto last = CO_TRY(integer_parameter(request, "last"));
  if (limit < 1 || limit > 10'000 || partition < 0 || partition > 100'000) {
    co_return Error(ErrorCode::invalid_argument, "'limit' must be from 1 to 10000");
  }
  TopicPartition from{.topic = TopicName(path_parameter(request, "topic")),
                      .partition = PartitionId(static_cast<int32_t>(partition))};
  auto offsets = CO_TRY(co_await log->offsets(from));
  Offset offset = wanted ? Offset(*wanted) : offsets.start;
  if (last) offset = std::max(offsets.start, Offset(offsets.high_watermark.value() - *last));
  auto records = CO_TRY(co_await read_records(log, from, offset, limit));
  co_return respond_json(json::object{{"topic", from.topic.value()},
                                      {"partition", partition},
                                      {"end", offsets.high_watermark.value()},
                                      {"records", std::move(records)}});
}

json::object describe_damages(const TopicPartition& which,
                              const std::vector<storage::Damage>& damages) {
  json::array list;
  for (const auto& damage : damages) {
    list.push_back({{"from", damage.from.value()},
                    {"to", damage.to.value()},
                    {"file", damage.path},
                    {"position", damage.position},
                    {"bytes", damage.bytes},
                    {"why", damage.why}});
  }
  return {{"topic", which.topic.value()},
          {"partition", which.partition.value()},
          {"damages", std::move(list)}};
}

enum class Care { examine, repair };

runtime::Task<http::Response> care_for(http::Request request, broker::Broker* broker, Care care) {
  const std::string number = path_parameter(request, "partition");
  int32_t partition = -1;
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), partition);
  if (error != std::errc() || end != number.data() + number.size()) {
    co_return Error(ErrorCode::invalid_argument, "'" + number + "' is no partition");
  }
  const TopicPartition which{.topic = TopicName(path_parameter(request, "topic")),
                             .partition = PartitionId(partition)};
  auto damages =
      care == Care::examine ? co_await broker->examine(which) : co_await broker->repair(which);
  if (!damages) co_return respond_with_error(broker::to_error(damages.error()));
  co_return respond_json(describe_damages(which, *damages));
}

}  // namespace

void add_topic_routes(http::Router& router, broker::Broker& broker, log::Log& log) {
  router.add(http::Method::get, "/tarn/v1/topics",
             [&broker](const http::Request&) { return list_topics(&broker); });
  router.add(http::Method::post, "/tarn/v1/topics", [&broker](http::Request request) {
    return create_topic(std::move(request), &broker);
  });
  router.add(http::Method::get, "/tarn/v1/topics/{topic}", [&broker](http::Request request) {
    return describe_topic(std::move(request), &broker);
  });
  router.add(http::Method::del, "/tarn/v1/topics/{topic}", [&broker](http::Request request) {
    return delete_topic(std::move(request), &broker);
  });
  router.add(http::Method::get, "/tarn/v1/topics/{topic}/records",
             [&log](http::Request request) { return show_records(std::move(request), &log); });
  const std::string partition = "/tarn/v1/topics/{topic}/partitions/{partition}/";
  router.add(http::Method::post, partition + "examine", [&broker](http::Request request) {
    return care_for(std::move(request), &broker, Care::examine);
  });
  router.add(http::Method::post, partition + "repair", [&broker](http::Request request) {
    return care_for(std::move(request), &broker, Care::repair);
  });
}

}  // namespace tarn::api
