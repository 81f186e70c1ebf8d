#include <csignal>
#include <cstdlib>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <unistd.h>

#include "app/addresses.h"
#include "app/command.h"
#include "app/endpoints_file.h"
#include "app/exit_code.h"
#include "app/project.h"
#include "app/secrets.h"
#include "app/service_notify.h"
#include "app/wiring.h"
#include "platform/os/open_files.h"
#include "platform/runtime/event.h"

namespace tarn::app {
namespace {

constexpr int kSignalBase = 128;

// One run of the program, from the first signal handler to the exit code.
class Run {
 public:
  Run(const Arguments& arguments, Terminal& terminal, WiringOptions options)
      : arguments_(arguments),
        terminal_(terminal),
        options_(std::move(options)),
        signals_(io_, SIGTERM, SIGINT, SIGHUP),
        stop_wanted_(io_.get_executor()) {}

  int run(const Project& project, const Secrets& secrets, const telemetry::Logger& logger) {
    if (auto raised = os::raise_open_file_limit()) {
      options_.open_files_max = *raised;
    } else {
      logger.warn("few files can be open", {{"error", raised.error().message()}});
    }
    auto wiring = Wiring::open(io_, clock_, project.pipeline, secrets, logger, options_);
    if (!wiring) {
      terminal_.error(wiring.error());
      return exit_code_of(wiring.error().code());
    }
    wiring_ = *std::move(wiring);
    await_signal();
    boost::asio::co_spawn(
        io_, [](Run* self) -> runtime::Awaitable<void> { co_await self->live(); }(this),
        [](std::exception_ptr thrown) {
          if (thrown) std::rethrow_exception(thrown);
        });
    io_.run();
    // Closing the storage writes its checkpoint.
    wiring_.reset();
    return exit_code_;
  }

 private:
  // The first signal drains; the second one ends at once.
  void await_signal() {
    signals_.async_wait([this](boost::system::error_code error, int number) {
      if (error) return;
      if (stop_is_wanted_) std::_Exit(kSignalBase + number);
      stop_is_wanted_ = true;
      stop_wanted_.notify_all();
      await_signal();
    });
  }

  runtime::Awaitable<void> live() {
    Status done = co_await work();
    if (!done) {
      terminal_.error(done.error());
      exit_code_ = exit_code_of(done.error().code());
    }
    notify_service_manager("STOPPING=1");
    remove_endpoints(files_, options_.data_directory);
    co_await wiring_->stop();
    signals_.cancel();
  }

  runtime::Task<void> work() {
    CO_TRY(co_await wiring_->start());
    CO_TRY(announce());
    if (arguments_.has("--once")) {
      CO_TRY(co_await wiring_->run_once());
      for (const std::string& line : wiring_->summary()) terminal_.line(line);
      co_return Status();
    }
    wiring_->run_sources();
    while (!stop_is_wanted_) co_await stop_wanted_.wait();
    co_return Status();
  }

  Status announce() {
    Endpoints endpoints{
        .pid = getpid(), .kafka = wiring_->kafka_address(), .http = wiring_->http_address()};
    TRY(write_endpoints(files_, options_.data_directory, endpoints));
    if (arguments_.has("--json")) {
      terminal_.line(endpoints_json(endpoints));
    } else {
      if (endpoints.kafka) terminal_.line("kafka  " + to_string(*endpoints.kafka));
      if (endpoints.http) terminal_.line("http   http://" + to_string(*endpoints.http));
    }
    notify_service_manager("READY=1");
    return {};
  }

  const Arguments& arguments_;
  Terminal& terminal_;
  WiringOptions options_;
  os::PosixFileSystem files_{os::Readers::owner_and_group};
  os::SystemClock clock_;
  boost::asio::io_context io_{1};
  boost::asio::signal_set signals_;
  runtime::Event stop_wanted_;
  bool stop_is_wanted_ = false;
  std::unique_ptr<Wiring> wiring_;
  int exit_code_ = kExitOk;
};

telemetry::LogLevel log_level(const std::string& name) {
  if (name == "debug") return telemetry::LogLevel::debug;
  if (name == "warn") return telemetry::LogLevel::warn;
  if (name == "error") return telemetry::LogLevel::error;
  return telemetry::LogLevel::info;
}

int run_run(const Arguments& arguments, Terminal& terminal) {
  auto project = load_project(arguments.value_or("DIR", "."), arguments, terminal);
  if (!project) return project.error();
  WiringOptions options{.data_directory = project->data_directory(),
                        .lake_directory = project->lake_directory()};
  if (Status status = choose_addresses(project->pipeline, arguments, options); !status) {
    terminal.error(status.error());
    bool is_usage = status.error().code() == ErrorCode::invalid_argument;
    return is_usage ? kExitUsage : kExitConfiguration;
  }
  auto secrets = find_secrets(project->pipeline, project->directory);
  if (!secrets) {
    terminal.error(secrets.error());
    return kExitConfiguration;
  }
  if (project->has_file) write_editor_schema(*project);
  auto logger = telemetry::Logger::to_stderr(log_level(arguments.value_or("--log", "warn")));
  Run run(arguments, terminal, options);
  return run.run(*project, *secrets, logger);
}

}  // namespace

Command run_command() {
  return {.name = "run",
          .summary = "runs the pipeline; without a tarn.yaml an empty platform",
          .details =
              "Prints one line for each endpoint when everything answers, and writes\n"
              "<data>/endpoints.json. SIGTERM and Ctrl-C drain and end; a second one ends at once.",
          .examples = {"tarn run", "tarn run pipelines/flights --env prod", "tarn run --once",
                       "tarn run --data /tmp/d --lake /tmp/l --kafka-port 0 "
                       "--http-port 0 --json"},
          .options =
              {{.name = "--data", .value = "DIR", .doc = "the folder of the log (deploy.log)"},
               {.name = "--lake", .value = "DIR", .doc = "the folder of the tables (deploy.lake)"},
               {.name = "--host", .value = "ADDRESS", .doc = "where to listen (127.0.0.1)"},
               {.name = "--kafka-port", .value = "PORT", .doc = "9092; 0 chooses a free one"},
               {.name = "--http-port", .value = "PORT", .doc = "8080; 0 chooses a free one"},
               {.name = "--env", .value = "NAME", .doc = "an environment of tarn.yaml"},
               {.name = "--set",
                .value = "KEY=VALUE",
                .doc = "another value for a key of the file",
                .repeats = true},
               {.name = "--once",
                .value = "",
                .doc = "polls every source once, commits every table, and ends"},
               {.name = "--log",
                .value = "LEVEL",
                .doc = "debug, info, warn (default) or error",
                .choices = {"debug", "info", "warn", "error"}},
               {.name = "--json", .value = "", .doc = "prints the endpoints as a JSON object"}},
          .positionals = {{.name = "DIR", .doc = "the folder of tarn.yaml", .required = false}},
          .run = run_run};
}

}  // namespace tarn::app
