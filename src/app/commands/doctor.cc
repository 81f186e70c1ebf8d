#include <filesystem>

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <unistd.h>

#include "app/addresses.h"
#include "app/admin_command.h"
#include "app/endpoints_file.h"
#include "app/exit_code.h"
#include "app/project.h"
#include "app/run_to_end.h"
#include "app/secrets.h"
#include "app/source_options.h"
#include "engines/http/client.h"
#include "engines/http/server.h"
#include "formats/pipeline/units.h"

namespace tarn::app {
namespace {

constexpr uint64_t kLittleSpace = 1'000'000'000;
constexpr Millis kReachTimeout = std::chrono::seconds(10);

struct Partition {
  std::string topic;
  std::string number;

  // "orders/0"
  static std::optional<Partition> parse(const std::string& name) {
    const size_t slash = name.rfind('/');
    if (slash == std::string::npos || slash == 0) return std::nullopt;
    std::string number = name.substr(slash + 1);
    if (number.empty() || number.find_first_not_of("0123456789") != std::string::npos) {
      return std::nullopt;
    }
    return Partition{name.substr(0, slash), std::move(number)};
  }
  [[nodiscard]] std::string name() const { return topic + "/" + number; }
  [[nodiscard]] std::string target(const std::string& verb) const {
    return admin_target("topics", topic, "partitions/" + number + "/" + verb);
  }
};

// "records 40 to 41: data/log/.../000.log at 1200: ...", for each.
std::string damages_text(const boost::json::value& found) {
  std::string text;
  for (const auto& damage : found.at("damages").as_array()) {
    const int64_t last = damage.at("to").to_number<int64_t>() - 1;
    text += "\n        offsets " + cell(damage, "from") + " to " + std::to_string(last) + ": " +
            cell(damage, "file") + ", " + cell(damage, "bytes") + " bytes at " +
            cell(damage, "position") + ": " + cell(damage, "why");
  }
  return text;
}

std::string explain(const Partition& which, const boost::json::value& found) {
  return "damaged and quarantined: it is read as far as it holds, and takes no more records. Put "
         "back a copy of its files, or let 'tarn doctor --repair " +
         which.name() + "' give up what cannot be read:" + damages_text(found);
}

// One examination after the other; each prints one line.
class Doctor {
 public:
  Doctor(const Project& project, const Arguments& arguments, Terminal& terminal)
      : project_(project), arguments_(arguments), terminal_(terminal) {}

  int examine() {
    check_folder("data", project_.data_directory());
    check_folder("lake", project_.lake_directory());
    check_ports();
    check_partitions();
    check_sources();
    if (arguments_.has("--json")) {
      terminal_.line(boost::json::serialize(
          boost::json::object{{"ok", !has_failed_}, {"examined", std::move(examined_)}}));
    }
    return has_failed_ ? kExitFailed : kExitOk;
  }

 private:
  void report(const std::string& what, const Status& status, const std::string& good) {
    has_failed_ = has_failed_ || !status;
    if (arguments_.has("--json")) {
      examined_.push_back({{"what", what},
                           {"ok", status.has_value()},
                           {"detail", status ? good : status.error().message()}});
    } else if (status) {
      terminal_.line(terminal_.styled(Style::good, "ok  ") + "  " + what + ": " + good);
    } else {
      terminal_.line(terminal_.styled(Style::bad, "FAIL") + "  " + what + ": " +
                     status.error().message());
    }
  }

  // A folder that is not there yet is made by run: its parent is examined.
  static std::string nearest_existing(std::string directory) {
    while (!std::filesystem::exists(directory) && directory.size() > 1) {
      directory = os::parent_directory(directory);
    }
    return directory;
  }

  Status write_and_sync(const std::string& directory) {
    std::string path = directory + "/.doctor-" + std::to_string(getpid());
    TRY(os::replace_file(files_, path, as_bytes("examined")));
    return files_.remove(path);
  }

  void check_folder(const std::string& what, const std::string& wanted) {
    std::string directory = nearest_existing(wanted);
    Status written = write_and_sync(directory);
    auto free = files_.free_space(directory);
    if (written && free && *free < kLittleSpace) {
      written = Error(ErrorCode::resource_exhausted,
                      "only " + pipeline::format_size(*free) + " are free on the disk");
    }
    std::string gigabytes = std::to_string(free.value_or(0) / 1'000'000'000) + "GB free";
    report(what + " folder " + wanted, written, "writable, " + gigabytes);
  }

  void check_ports() {
    if (auto url = read_http_url(files_, project_.data_directory())) {
      auto answer = fetch({.url = *url + "/health/ready"});
      if (answer) {
        report("instance at " + *url,
               answer->status == 200 ? Status() : Error(ErrorCode::unavailable, answer->body),
               "runs and is ready");
        return;
      }
    }
    WiringOptions options;
    if (Status chosen = choose_addresses(project_.pipeline, arguments_, options); !chosen) {
      return report("addresses", chosen, "");
    }
    std::vector<Address> addresses;
    for (const KafkaPort& port : options.kafka) addresses.push_back(port.address);
    addresses.push_back(*options.http);
    for (const Address& address : addresses) {
      http::Server probe(io_.get_executor(), clock_, telemetry::Logger::silent(),
                         {.address = address.host, .port = address.port}, http::Router());
      Status started = probe.start();
      report("port " + to_string(address), started, "free");
      if (!started) continue;
      run_to_end(io_, probe.stop());
    }
  }

  // Of an instance that runs.
  void check_partitions() {
    auto admin = Admin::connect_running(project_, kReachTimeout);
    if (!admin) return;
    auto topics = (*admin)->ask_json(http::Method::get, admin_target("topics"));
    if (!topics) return report("partitions", topics.error(), "");
    size_t whole = 0;
    for (const auto& topic : topics->at("topics").as_array()) {
      for (const auto& partition : topic.at("partitions").as_array()) {
        if (!partition.at("quarantined").as_bool()) {
          ++whole;
          continue;
        }
        report_damage(**admin,
                      {.topic = cell(topic, "name"), .number = cell(partition, "partition")});
      }
    }
    report("partitions", {}, std::to_string(whole) + " without known damage");
  }

  void report_damage(Admin& admin, const Partition& which) {
    auto found = admin.ask_json(http::Method::post, which.target("examine"));
    report("partition " + which.name(),
           found ? Error(ErrorCode::corrupt, explain(which, *found)) : found.error(), "");
  }

  void check_sources() {
    auto secrets = find_secrets(project_.pipeline, project_.directory);
    if (!secrets) return report("secrets", secrets.error(), "");
    for (const auto& [name, source] : project_.pipeline.sources) {
      auto url = http::Url::parse(source.http->url);
      if (!url) {
        report("source " + name, url.error(), "");
        continue;
      }
      // The root, without any header: it says whether the host answers and costs no call.
      auto answer = fetch({.url = url->origin() + "/", .redirects_max = 0});
      bool answered = answer || answer.error().code() != ErrorCode::unavailable;
      Status reached = answered ? Status() : Status(answer.error());
      report("source " + name + " at " + url->origin(), reached, "answers");
    }
  }

  Result<http::ClientResponse> fetch(http::ClientRequest request) {
    request.deadline = clock_.monotonic() + kReachTimeout;
    http::Client client(clock_, {});
    return run_to_end(io_, client.fetch(std::move(request)));
  }

  const Project& project_;
  const Arguments& arguments_;
  Terminal& terminal_;
  boost::asio::io_context io_{1};
  os::SystemClock clock_;
  os::PosixFileSystem files_;
  bool has_failed_ = false;
  boost::json::array examined_;
};

// What is given up is gone: a person types the name once more, a program says --yes.
Status confirm(const Arguments& arguments, Terminal& terminal, const Partition& which,
               const boost::json::value& found) {
  if (arguments.has("--yes")) return {};
  auto typed = terminal.ask("This gives up for good in the partition " + which.name() + ":" +
                            damages_text(found) + "\nIts name, to go on:");
  if (!typed) {
    return Error(ErrorCode::invalid_argument,
                 "repairing " + which.name() + " needs --yes where nobody can be asked");
  }
  if (*typed == which.name()) return {};
  return Error(ErrorCode::cancelled, "nothing was repaired");
}

int run_repair(const std::string& name, const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto which = Partition::parse(name);
    if (!which) {
      return Error(ErrorCode::invalid_argument,
                   "'" + name + "' is no partition; TOPIC/NUMBER is, such as orders/0");
    }
    admin.doing("reading the partition " + name);
    auto found = TRY(admin.ask_json(http::Method::post, which->target("examine")));
    TRY(confirm(arguments, terminal, *which, found));
    auto given_up = TRY(admin.ask_json(http::Method::post, which->target("repair")));
    if (arguments.has("--json")) return show_object(arguments, terminal, given_up);
    terminal.line("The partition " + name +
                  " takes records again. Given up:" + damages_text(given_up));
    return {};
  });
}

int run_doctor(const Arguments& arguments, Terminal& terminal) {
  if (auto name = arguments.find("--repair")) return run_repair(*name, arguments, terminal);
  auto project = load_project(arguments, terminal);
  if (!project) return project.error();
  return Doctor(*project, arguments, terminal).examine();
}

}  // namespace

Command doctor_command() {
  return {
      .name = "doctor",
      .summary = "examines folders, ports, partitions, secrets and the reach of sources",
      .details =
          "Exit code 1 when something is wrong. No API is asked for data: of a source "
          "only the\nroot is called, without its key. A damaged partition is explained, "
          "and changed by --repair only:\nwhat cannot be read is then given up for good. Copy "
          "the data folder before.",
      .examples = {"tarn doctor", "tarn doctor --json --env prod", "tarn doctor --repair orders/0"},
      .options = admin_options({{.name = "--repair",
                                 .value = "TOPIC/PARTITION",
                                 .doc = "gives up what of a damaged partition cannot be read"},
                                {.name = "--yes", .value = "", .doc = "repairs without asking"}}),
      .run = run_doctor};
}

}  // namespace tarn::app
