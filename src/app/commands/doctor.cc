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

// One examination after the other; each prints one line.
class Doctor {
 public:
  Doctor(const Project& project, const Arguments& arguments, Terminal& terminal)
      : project_(project), arguments_(arguments), terminal_(terminal) {}

  int examine() {
    check_folder("data", project_.data_directory());
    check_folder("lake", project_.lake_directory());
    check_ports();
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

int run_doctor(const Arguments& arguments, Terminal& terminal) {
  auto project = load_project(arguments, terminal);
  if (!project) return project.error();
  return Doctor(*project, arguments, terminal).examine();
}

}  // namespace

Command doctor_command() {
  return {.name = "doctor",
          .summary = "examines folders, ports, secrets and the reach of sources",
          .details =
              "Exit code 1 when something is wrong. No API is asked for data: of a source "
              "only the\nroot is called, without its key.",
          .examples = {"tarn doctor", "tarn doctor --json --env prod"},
          .options = admin_options(),
          .run = run_doctor};
}

}  // namespace tarn::app
