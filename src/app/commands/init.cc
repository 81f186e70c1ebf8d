#include <filesystem>

#include "app/command.h"
#include "app/exit_code.h"
#include "formats/pipeline/json_schema.h"
#include "platform/os/file_system.h"

namespace tarn::app {
namespace {

constexpr std::string_view kPush = R"(# yaml-language-server: $schema=./.tarn/schema.json
version: 1
name: events

# Whatever is produced to the topic `events` (port 9092, any Kafka client) lands in the table.
tables:
  events:
    from: events
    format: delta
    commit: 2s

api:
  /events:
    sql: select * from events order by _offset desc limit :limit
    params: {limit: {type: integer, default: 20, min: 1, max: 1000}}
    reads: tail
)";

constexpr std::string_view kPushNext =
    "Next:\n"
    "  tarn run\n"
    "  echo '{\"id\": 1, \"city\": \"London\"}' | kcat -P -b 127.0.0.1:9092 -t events\n"
    "  curl http://127.0.0.1:8080/events\n";

constexpr std::string_view kPolled = R"(# yaml-language-server: $schema=./.tarn/schema.json
version: 1
name: flights

sources:
  flights:
    http:
      url: http://127.0.0.1:8099/v1/flights
      records: /data/itineraries
      pages: auto
      unchanged: skip
    every: 5s
tables:
  flights:
    format: delta
    partition_by: [year(_time), month(_time), day(_time)]
    commit: 2s
api:
  /delays/{origin}:
    doc: The delays of the flights that leave one airport.
    sql: >
      select destination, count(*) as flights, avg(delay) as minutes
      from flights where origin = :origin
      group by destination order by minutes desc limit :limit
    params: {origin: text, limit: {type: integer, default: 10, min: 1, max: 100}}
)";

constexpr std::string_view kPolledData =
    R"({"id":1,"origin":"LGW","destination":"JFK","delay":12,"date":"2024-09-01T06:10:00Z"}
{"id":2,"origin":"LGW","destination":"BOS","delay":-3,"date":"2024-09-01T07:30:00Z"}
{"id":3,"origin":"LHR","destination":"JFK","delay":41,"date":"2024-09-01T08:05:00Z"}
{"id":4,"origin":"LHR","destination":"JFK","delay":0,"date":"2024-09-01T09:45:00Z"}
{"id":5,"origin":"LGW","destination":"JFK","delay":7,"date":"2024-09-01T10:20:00Z"}
)";

constexpr std::string_view kPolledNext =
    "Next, in two terminals:\n"
    "  tarn emulate api --from flights.jsonl --port 8099\n"
    "  tarn run\n"
    "then\n"
    "  curl http://127.0.0.1:8080/delays/LGW\n";

Status write_new(os::FileSystem& files, const std::string& path, std::string_view content) {
  auto file = files.open(path, os::OpenMode::create_new);
  if (!file && file.error().code() == ErrorCode::already_exists) {
    return Error(ErrorCode::already_exists, path + " is there already; nothing was changed");
  }
  if (!file) return file.error();
  BytesView part = as_bytes(content);
  TRY((*file)->write_at(0, std::span(&part, 1)));
  return (*file)->sync();
}

Status write_project(const std::string& directory, bool is_polled) {
  os::PosixFileSystem files;
  TRY(os::make_directories(files, directory + "/.tarn"));
  TRY(write_new(files, directory + "/tarn.yaml", is_polled ? kPolled : kPush));
  TRY(os::replace_file(files, directory + "/.tarn/schema.json", as_bytes(pipeline::json_schema())));
  if (is_polled) TRY(write_new(files, directory + "/flights.jsonl", kPolledData));
  return {};
}

int run_init(const Arguments& arguments, Terminal& terminal) {
  std::string name = arguments.value_or("--template", "push");
  std::string directory = arguments.value_or("DIR", ".");
  bool is_polled = name == "http";
  Status written =
      write_project(std::filesystem::absolute(directory).lexically_normal().string(), is_polled);
  if (!written) {
    terminal.error(written.error());
    return kExitFailed;
  }
  terminal.line("Wrote " + directory + "/tarn.yaml.");
  if (directory != ".") terminal.line("  cd " + directory);
  terminal.print(is_polled ? kPolledNext : kPushNext);
  return kExitOk;
}

}  // namespace

Command init_command() {
  return {
      .name = "init",
      .summary = "writes a tarn.yaml that runs as it is",
      .details =
          "push: records come from any Kafka client. http: an API is polled, with a "
          "stand-in for it\nthat tarn brings along.",
      .examples = {"tarn init demo", "tarn init demo --template http"},
      .options = {{.name = "--template",
                   .value = "NAME",
                   .doc = "push (default) or http",
                   .choices = {"push", "http"}}},
      .positionals = {{.name = "DIR", .doc = "the folder (default: this one)", .required = false}},
      .run = run_init};
}

}  // namespace tarn::app
