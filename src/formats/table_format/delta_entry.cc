#include "formats/table_format/delta_entry.h"

#include <boost/json.hpp>

#include "formats/table_format/delta_paths.h"

namespace tarn::table_format {
namespace {

namespace json = boost::json;

// ---- writing

json::object to_json(const Properties& properties) {
  json::object object;
  for (const auto& [key, value] : properties) object[key] = value;
  return object;
}

json::object to_json(const PartitionValues& values) {
  json::object object;
  for (const auto& [column, value] : values) {
    object[column] = value ? json::value(*value) : json::value(nullptr);
  }
  return object;
}

json::array to_json(const std::vector<std::string>& texts) {
  return json::array(texts.begin(), texts.end());
}

template <class Value>
void set(json::object& object, std::string_view key, const std::optional<Value>& value) {
  if (value) object[key] = *value;
}

json::object body(const CommitInfo& info) {
  json::object object{{"timestamp", info.timestamp},
                      {"operation", info.operation},
                      {"operationParameters", to_json(info.operation_parameters)},
                      {"operationMetrics", to_json(info.operation_metrics)},
                      {"isBlindAppend", info.is_blind_append},
                      {"engineInfo", info.engine_info},
                      {"txnId", info.transaction_id}};
  if (!info.notices.empty()) object["notices"] = to_json(info.notices);
  return object;
}

json::object body(const Protocol& protocol) {
  json::object object{{"minReaderVersion", protocol.reader_version},
                      {"minWriterVersion", protocol.writer_version}};
  if (protocol.reader_features) object["readerFeatures"] = to_json(*protocol.reader_features);
  if (protocol.writer_features) object["writerFeatures"] = to_json(*protocol.writer_features);
  return object;
}

json::object body(const Metadata& metadata) {
  json::object object{{"id", metadata.id}};
  set(object, "name", metadata.name);
  set(object, "description", metadata.description);
  object["format"] = {{"provider", metadata.format_provider}, {"options", json::object()}};
  object["schemaString"] = metadata.schema_string;
  object["partitionColumns"] = to_json(metadata.partition_columns);
  object["configuration"] = to_json(metadata.configuration);
  set(object, "createdTime", metadata.created_time);
  return object;
}

json::object body(const AddFile& add) {
  json::object object{{"path", uri_encode(add.path)},
                      {"partitionValues", to_json(add.partition_values)},
                      {"size", add.size},
                      {"modificationTime", add.modification_time},
                      {"dataChange", add.data_change}};
  set(object, "stats", add.stats);
  return object;
}

json::object body(const RemoveFile& remove) {
  json::object object{{"path", uri_encode(remove.path)}};
  set(object, "deletionTimestamp", remove.deletion_timestamp);
  object["dataChange"] = remove.data_change;
  if (remove.partition_values && remove.size) {
    object["extendedFileMetadata"] = true;
    object["partitionValues"] = to_json(*remove.partition_values);
    object["size"] = *remove.size;
  }
  return object;
}

json::object body(const Transaction& transaction) {
  json::object object{{"appId", transaction.app_id}, {"version", transaction.version}};
  set(object, "lastUpdated", transaction.last_updated);
  return object;
}

std::string_view name_of(const Action& action) {
  constexpr std::string_view kNames[] = {"commitInfo", "protocol", "metaData",
                                         "add",        "remove",   "txn"};
  return kNames[action.index()];
}

// ---- reading: a missing field or null is a default where the protocol allows it, else the entry
// is corrupt.

class Fields {
 public:
  explicit Fields(const json::object& object) : object_(object) {}

  std::string text(std::string_view key) {
    const auto* value = require(key);
    if (value != nullptr && value->is_string()) return std::string(value->as_string());
    return wrong<std::string>(value, key);
  }
  int64_t integer(std::string_view key) {
    const auto* value = require(key);
    if (value != nullptr && value->is_int64()) return value->as_int64();
    return wrong<int64_t>(value, key);
  }
  bool boolean(std::string_view key, bool otherwise) {
    const auto* value = find(key);
    if (value == nullptr) return otherwise;
    return value->is_bool() ? value->as_bool() : wrong<bool>(value, key);
  }
  std::optional<std::string> optional_text(std::string_view key) {
    return find(key) == nullptr ? std::nullopt : std::optional(text(key));
  }
  std::optional<int64_t> optional_integer(std::string_view key) {
    return find(key) == nullptr ? std::nullopt : std::optional(integer(key));
  }
  std::optional<std::vector<std::string>> optional_texts(std::string_view key) {
    const auto* value = find(key);
    if (value == nullptr) return {};
    std::vector<std::string> texts;
    if (!value->is_array()) return wrong<std::vector<std::string>>(value, key);
    for (const auto& item : value->as_array()) {
      if (!item.is_string()) return wrong<std::vector<std::string>>(value, key);
      texts.emplace_back(item.as_string());
    }
    return texts;
  }
  // Values that are not texts stand there as their JSON text: commitInfo is free in its form.
  Properties properties(std::string_view key) {
    Properties properties;
    const auto* value = find(key);
    if (value == nullptr) return properties;
    if (!value->is_object()) return wrong<Properties>(value, key);
    for (const auto& item : value->as_object()) {
      properties[item.key()] = item.value().is_string() ? std::string(item.value().as_string())
                                                        : json::serialize(item.value());
    }
    return properties;
  }
  std::optional<PartitionValues> partition_values(std::string_view key) {
    const auto* value = find(key);
    if (value == nullptr) return {};
    PartitionValues values;
    if (!value->is_object()) return wrong<PartitionValues>(value, key);
    for (const auto& item : value->as_object()) {
      auto& place = values[item.key()];
      if (item.value().is_null()) continue;
      if (!item.value().is_string()) return wrong<PartitionValues>(value, key);
      place = std::string(item.value().as_string());
    }
    return values;
  }
  Fields object(std::string_view key) {
    static const json::object kEmpty;
    const auto* value = find(key);
    if (value == nullptr) return Fields(kEmpty);
    if (!value->is_object()) wrong<int>(value, key);
    return Fields(value->is_object() ? value->as_object() : kEmpty);
  }
  std::string path(std::string_view key) {
    auto decoded = uri_decode(text(key));
    if (!decoded) {
      failed_ = decoded.error().message();
      return {};
    }
    return *std::move(decoded);
  }
  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
  [[nodiscard]] const std::string& failed() const { return failed_; }

 private:
  [[nodiscard]] const json::value* find(std::string_view key) const {
    const auto* value = object_.if_contains(key);
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  const json::value* require(std::string_view key) const { return find(key); }
  template <class Value>
  Value wrong(const json::value* value, std::string_view key) {
    failed_ = std::string(value == nullptr ? "misses " : "has a wrong type in ") + std::string(key);
    return Value();
  }

  const json::object& object_;
  std::string failed_;
};

CommitInfo read_commit_info(Fields& fields) {
  CommitInfo info;
  info.timestamp = fields.optional_integer("timestamp").value_or(0);
  info.operation = fields.optional_text("operation").value_or("");
  info.operation_parameters = fields.properties("operationParameters");
  info.operation_metrics = fields.properties("operationMetrics");
  info.is_blind_append = fields.boolean("isBlindAppend", false);
  info.engine_info = fields.optional_text("engineInfo").value_or("");
  info.transaction_id = fields.optional_text("txnId").value_or("");
  info.notices = fields.optional_texts("notices").value_or(std::vector<std::string>{});
  return info;
}

Protocol read_protocol(Fields& fields) {
  Protocol protocol;
  // Beyond what any release will have is refused later all the same.
  const auto version = [](int64_t wide) {
    return static_cast<int>(std::clamp<int64_t>(wide, 0, 1000));
  };
  protocol.reader_version = version(fields.integer("minReaderVersion"));
  protocol.writer_version = version(fields.integer("minWriterVersion"));
  protocol.reader_features = fields.optional_texts("readerFeatures");
  protocol.writer_features = fields.optional_texts("writerFeatures");
  return protocol;
}

Metadata read_metadata(Fields& fields) {
  Metadata metadata;
  metadata.id = fields.text("id");
  metadata.name = fields.optional_text("name");
  metadata.description = fields.optional_text("description");
  metadata.format_provider = fields.object("format").optional_text("provider").value_or("parquet");
  metadata.schema_string = fields.text("schemaString");
  metadata.partition_columns =
      fields.optional_texts("partitionColumns").value_or(std::vector<std::string>{});
  metadata.configuration = fields.properties("configuration");
  metadata.created_time = fields.optional_integer("createdTime");
  return metadata;
}

AddFile read_add(Fields& fields) {
  AddFile add;
  add.path = fields.path("path");
  add.partition_values = fields.partition_values("partitionValues").value_or(PartitionValues{});
  add.size = fields.integer("size");
  add.modification_time = fields.integer("modificationTime");
  add.data_change = fields.boolean("dataChange", true);
  add.stats = fields.optional_text("stats");
  return add;
}

RemoveFile read_remove(Fields& fields) {
  RemoveFile remove;
  remove.path = fields.path("path");
  remove.deletion_timestamp = fields.optional_integer("deletionTimestamp");
  remove.data_change = fields.boolean("dataChange", true);
  remove.partition_values = fields.partition_values("partitionValues");
  remove.size = fields.optional_integer("size");
  if (!remove.partition_values || !remove.size) {
    remove.partition_values.reset();
    remove.size.reset();
  }
  return remove;
}

Transaction read_transaction(Fields& fields) {
  Transaction transaction;
  transaction.app_id = fields.text("appId");
  transaction.version = fields.integer("version");
  transaction.last_updated = fields.optional_integer("lastUpdated");
  return transaction;
}

Result<std::optional<Action>> read_action(std::string_view name, Fields& fields) {
  if ((name == "add" || name == "remove") && fields.has("deletionVector")) {
    return Error(ErrorCode::unimplemented, "a file has a deletion vector (deletionVectors)");
  }
  std::optional<Action> action;
  if (name == "commitInfo") action = read_commit_info(fields);
  if (name == "protocol") action = read_protocol(fields);
  if (name == "metaData") action = read_metadata(fields);
  if (name == "add") action = read_add(fields);
  if (name == "remove") action = read_remove(fields);
  if (name == "txn") action = read_transaction(fields);
  if (!fields.failed().empty()) {
    return Error(ErrorCode::corrupt, std::string(name) + " " + fields.failed());
  }
  return action;
}

Status read_line(std::string_view line, std::vector<Action>& actions) {
  json::error_code error;
  const auto value = json::parse(json::string_view(line.data(), line.size()), error);
  if (error || !value.is_object()) return Error(ErrorCode::corrupt, "it is not a JSON object");
  for (const auto& item : value.as_object()) {
    if (item.value().is_null()) continue;  // the row of a checkpoint names all actions
    if (!item.value().is_object()) continue;
    Fields fields(item.value().as_object());
    if (auto action = TRY(read_action(item.key(), fields))) actions.push_back(*std::move(action));
  }
  return {};
}

}  // namespace

std::string write_entry(const std::vector<Action>& actions) {
  std::string text;
  for (const auto& action : actions) {
    json::object line;
    line[name_of(action)] = std::visit([](const auto& its) { return body(its); }, action);
    text += json::serialize(line);
    text += '\n';
  }
  return text;
}

Result<std::vector<Action>> read_entry(std::string_view text) {
  std::vector<Action> actions;
  for (size_t begin = 0, number = 1; begin < text.size(); ++number) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const auto line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    TRY(read_line(line, actions).with_context("line " + std::to_string(number)));
  }
  return actions;
}

}  // namespace tarn::table_format
