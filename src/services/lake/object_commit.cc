#include "services/lake/object_commit.h"

#include <boost/json.hpp>

namespace tarn::lake {
namespace {

namespace json = boost::json;

json::object to_json(const StagedObject& object) {
  return {{"staged", object.staged},
          {"name", object.name},
          {"size", object.size},
          {"first", unix_millis(object.first)}};
}

// Reads members; the first that is missing or of another type makes the whole corrupt.
class Members {
 public:
  explicit Members(const json::object& object) : object_(object) {}

  std::string text(std::string_view key) {
    const auto* value = object_.if_contains(key);
    if (value != nullptr && value->is_string()) return std::string(value->as_string());
    return failed<std::string>();
  }
  int64_t integer(std::string_view key) {
    const auto* value = object_.if_contains(key);
    if (value != nullptr && value->is_int64()) return value->as_int64();
    return failed<int64_t>();
  }
  uint64_t count(std::string_view key) {
    const int64_t value = integer(key);
    return value < 0 ? failed<uint64_t>() : static_cast<uint64_t>(value);
  }
  bool boolean(std::string_view key) {
    const auto* value = object_.if_contains(key);
    return value != nullptr && value->is_bool() ? value->as_bool() : failed<bool>();
  }
  Uuid uuid(std::string_view key) {
    auto parsed = Uuid::parse(text(key));
    return parsed ? *parsed : failed<Uuid>();
  }
  const json::array& array(std::string_view key) {
    static const json::array kEmpty;
    const auto* value = object_.if_contains(key);
    if (value != nullptr && value->is_array()) return value->as_array();
    is_failed_ = true;
    return kEmpty;
  }
  [[nodiscard]] bool is_failed() const { return is_failed_; }

 private:
  template <class Value>
  Value failed() {
    is_failed_ = true;
    return Value();
  }

  const json::object& object_;
  bool is_failed_ = false;
};

bool read_object(const json::value& value, ObjectCommit& commit) {
  if (!value.is_object()) return false;
  Members members(value.as_object());
  commit.objects.push_back({.staged = members.text("staged"),
                            .name = members.text("name"),
                            .size = members.count("size"),
                            .first = from_unix_millis(members.integer("first"))});
  return !members.is_failed();
}

bool read_position(const json::value& value, ObjectCommit& commit) {
  if (!value.is_object()) return false;
  Members members(value.as_object());
  const TopicName topic(members.text("topic"));
  commit.topics[topic] = members.uuid("topic_id");
  commit.next[{topic, PartitionId(static_cast<int32_t>(members.integer("partition")))}] =
      Offset(members.integer("next"));
  return !members.is_failed();
}

}  // namespace

std::string write_object_commit(const ObjectCommit& commit) {
  json::array objects;
  for (const auto& object : commit.objects) objects.push_back(to_json(object));
  json::array positions;
  for (const auto& [partition, next] : commit.next) {
    positions.push_back(json::object{{"topic", partition.topic.value()},
                                     {"topic_id", commit.topics.at(partition.topic).to_string()},
                                     {"partition", partition.partition.value()},
                                     {"next", next.value()}});
  }
  return json::serialize(json::object{{"table_id", commit.table_id.to_string()},
                                      {"id", commit.id.to_string()},
                                      {"done", commit.is_done},
                                      {"objects", std::move(objects)},
                                      {"positions", std::move(positions)},
                                      {"schema", commit.schema},
                                      {"commits", commit.commits},
                                      {"rows", commit.rows},
                                      {"files", commit.files},
                                      {"bytes", commit.bytes},
                                      {"notices", json::value_from(commit.notices)}});
}

Result<ObjectCommit> read_object_commit(std::string_view text) {
  const Error corrupt(ErrorCode::corrupt, "a commit of JSON objects cannot be read");
  json::error_code error;
  const auto value = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || !value.is_object()) return corrupt;
  Members members(value.as_object());
  ObjectCommit commit{.table_id = members.uuid("table_id"),
                      .id = members.uuid("id"),
                      .is_done = members.boolean("done"),
                      .schema = members.text("schema"),
                      .commits = members.integer("commits"),
                      .rows = members.count("rows"),
                      .files = members.count("files"),
                      .bytes = members.count("bytes")};
  for (const auto& object : members.array("objects")) {
    if (!read_object(object, commit)) return corrupt;
  }
  for (const auto& position : members.array("positions")) {
    if (!read_position(position, commit)) return corrupt;
  }
  if (value.as_object().contains("notices")) {  // records of before have none
    for (const auto& notice : members.array("notices")) {
      if (!notice.is_string()) return corrupt;
      commit.notices.emplace_back(notice.as_string());
    }
  }
  if (members.is_failed()) return corrupt;
  return commit;
}

}  // namespace tarn::lake
