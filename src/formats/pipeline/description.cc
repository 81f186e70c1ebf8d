#include "formats/pipeline/description.h"

#include "formats/pipeline/object_shape.h"
#include "formats/pipeline/text_forms.h"

namespace tarn::pipeline {
namespace {

Status check_api_path(const std::string& path) {
  auto invalid = [](std::string message) {
    return Error(ErrorCode::invalid_argument, std::move(message));
  };
  if (!path.starts_with('/') || path.size() < 2 || path.ends_with('/') ||
      path.find("//") != std::string::npos) {
    return invalid("a path begins with a slash, such as /delays/{origin}, and does not end in one");
  }
  if (path.find_first_of("?# %\\") != std::string::npos) {
    return invalid("a path has no spaces and none of ? # % \\; the query comes from params:");
  }
  for (const char* reserved : {"/health", "/metrics", "/openapi.json", "/tarn"}) {
    std::string prefix = std::string(reserved) + "/";
    if (path == reserved || path.starts_with(prefix)) {
      return invalid(std::string(reserved) + " belongs to tarn itself; choose another path");
    }
  }
  return {};
}

}  // namespace

Typed<Topic> describe_topic() {
  auto parse_retention = [](const std::string& text) -> Result<Millis> {
    if (text == "forever") return Millis(-1);
    return parse_duration(text);
  };
  auto retention = text_form<Millis>(
      "a duration such as 7d, or forever", "^(forever|([0-9]+(ms|s|m|h|d))+)$", parse_retention,
      [](const Millis& value) { return value < Millis(0) ? "forever" : format_duration(value); });
  return object<Topic>("a topic's settings")
      .field("partitions", &Topic::partitions, integer(1, 10'000), "How many partitions it has.")
      .field("retention", &Topic::retention, retention, "How long records are kept at least.")
      .field("retention_size", &Topic::retention_size, size(1),
             "How much of a partition is kept at least.")
      .field("config", &Topic::config, map_of(text("a value"), {}, "settings by Kafka's keys"),
             "Settings by Kafka's own keys, such as segment.bytes.")
      .done();
}

namespace {

// What the file and each of its environments may say.
ObjectShape<Pipeline> sections() {
  return object<Pipeline>("a pipeline: version, name, sources, tables, api, deploy")
      .field("name", &Pipeline::name,
             text_form<std::string>(
                 "a name", "^[A-Za-z0-9_-]{1,100}$",
                 [](const std::string& text) -> Result<std::string> {
                   TRY(check_step_name(text));
                   return text;
                 },
                 [](const std::string& text) { return text; }),
             "The pipeline's name.")
      .field("auto_create", &Pipeline::auto_create, boolean(),
             "Whether a topic comes into being when a client first writes to it.")
      .field("strict_replication", &Pipeline::strict_replication, boolean(),
             "Whether a topic that asks for more than the one replica there is, is refused.")
      .field("sources", &Pipeline::sources,
             map_of(describe_source(), check_step_name, "sources by their names"),
             "Where records come from; each feeds one topic.")
      .field("topics", &Pipeline::topics,
             map_of(describe_topic(), check_topic_name, "topics by their names"),
             "Settings of topics; without them a topic has one partition and the defaults.")
      .field("tables", &Pipeline::tables,
             map_of(describe_table(), check_step_name, "tables by their names"),
             "Lake tables, each fed by one topic, every record exactly once.")
      .field("api", &Pipeline::api,
             map_of(describe_endpoint(), check_api_path, "endpoints by their paths"),
             "HTTP endpoints that answer with the rows of a SQL statement.")
      .field("secrets", &Pipeline::secrets,
             map_of(describe_secret_place(), {}, "places by the names of secrets"),
             "Where ${secret:NAME} is found when not in the environment variable NAME.")
      .field("deploy", &Pipeline::deploy, describe_deploy(), "Where the parts run.")
      .field("listeners", &Pipeline::listeners, describe_listeners(), "Addresses and ports.")
      .field("security", &Pipeline::security, describe_security(),
             "TLS, users, and how Kafka clients log in.")
      .field("prefix", &Pipeline::prefix, text("a text"),
             "Put before the names of topics, groups and tables' folders.")
      .field("suffix", &Pipeline::suffix, text("a text"),
             "Put after the names of topics, groups and tables' folders.")
      .later("models", "SQL models")
      .later("schedule", "jobs by time")
      .later("alerts", "alerts")
      .later("notify", "where alerts go")
      .later("connectors", "Connect's connectors");
}

// Overlays are read for their mistakes; the values of the chosen one come by merging.
void read_environments(const Shape& self, const Node& node, void* /*into*/, Problems& problems) {
  bool was_partial = std::exchange(problems.partial, true);
  read_entries(self, node, check_step_name, problems, [&](const Node::Entry& entry) {
    Pipeline scratch;
    self.element->read(*self.element, entry.value, &scratch, problems);
  });
  problems.partial = was_partial;
}

}  // namespace

Typed<Pipeline> describe_pipeline() {
  auto environments = std::make_shared<Shape>();
  environments->kind = Shape::Kind::map;
  environments->expected = "environments by their names";
  environments->element = sections().done().shape;
  environments->read = read_environments;
  return sections()
      .field("version", &Pipeline::version, integer(1, 1), "The version of this format.")
      .overlays("environments", std::move(environments),
                "What differs under --env NAME: maps merge deep, lists and values replace.")
      .done();
}

}  // namespace tarn::pipeline
