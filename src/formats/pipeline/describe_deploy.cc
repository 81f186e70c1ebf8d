#include "formats/pipeline/description.h"
#include "formats/pipeline/object_shape.h"
#include "formats/pipeline/text_forms.h"

namespace tarn::pipeline {
namespace {

Typed<std::string> folder(const std::string& example, const std::string& elsewhere) {
  auto parse = [elsewhere](const std::string& text) -> Result<std::string> {
    if (text.empty()) return Error(ErrorCode::invalid_argument, "the name of the folder is empty");
    if (text.find("://") == std::string::npos) return text;
    return Error(ErrorCode::invalid_argument,
                 elsewhere + " comes in a later version; this one wants a folder of this machine");
  };
  return text_form<std::string>("a folder such as " + example, "^[^:]+$", parse,
                                [](const std::string& text) { return text; });
}

Result<std::string> parse_engine(const std::string& text) {
  if (text == "duckdb") return text;
  return Error(ErrorCode::invalid_argument,
               "duckdb, inside of the program, is the only engine of this version");
}

Typed<Listener> describe_listener(const std::string& example) {
  return object<Listener>("addresses")
      .field("bind", &Listener::bind, host_and_port(),
             "Where to listen, such as " + example + "; port 0 chooses a free one.")
      .field("advertise", &Listener::advertise, host_and_port(),
             "What clients are told to connect to, when that is not the address of bind.")
      .done();
}

}  // namespace

Typed<Deploy> describe_deploy() {
  auto engine = text_form<std::string>("duckdb", "^duckdb$", parse_engine,
                                       [](const std::string& text) { return text; });
  return object<Deploy>("where the pipeline runs: log, lake, sql, memory, disk_full")
      .field("log", &Deploy::log, folder("./data", "an external Kafka cluster"),
             "The folder of the log and of all state.")
      .field("lake", &Deploy::lake, folder("./lake", "an object store"),
             "The folder of the tables.")
      .field("sql", &Deploy::sql, engine, "The engine of queries.")
      .field("memory", &Deploy::memory, size(64'000'000),
             "What all parts together may use; work slows down before it grows.")
      .field("disk_full", &Deploy::disk_full,
             choice<DiskFull>({{"refuse", DiskFull::refuse}, {"drop", DiskFull::drop}}),
             "When the disk of the log is nearly full: refuse new records, or drop those past "
             "their retention that a table still needs.")
      .done();
}

Typed<Listeners> describe_listeners() {
  return object<Listeners>("listeners: kafka, http, open")
      .field("open", &Listeners::open, boolean(),
             "true: an address that other machines reach may ask nobody who he is: Kafka without a "
             "login, and HTTP. Without it such an address is refused.")
      .field("kafka", &Listeners::kafka, list_of(describe_kafka_listener()),
             "The Kafka port, or a list of them.")
      .field("http", &Listeners::http, describe_listener("127.0.0.1:8080"),
             "The port of endpoints, metrics and health.")
      .later("registry", "the schema registry")
      .later("rest", "the REST proxy")
      .later("connect", "the Connect API")
      .done();
}

Typed<SecretPlace> describe_secret_place() {
  return object<SecretPlace>("where a secret is kept: env, file or command")
      .field("env", &SecretPlace::env, text("the name of an environment variable"),
             "An environment variable; without any place it is that of the secret's own name.")
      .field("file", &SecretPlace::file, text("a file"),
             "A file whose content, without the last line break, is the secret.")
      .field("command", &SecretPlace::command, text("a command"),
             "A command for the shell whose output, without the last line break, is the secret.")
      .done();
}

}  // namespace tarn::pipeline
