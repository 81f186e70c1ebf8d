#include <csignal>
#include <cstdlib>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json.hpp>
#include <unistd.h>

#include "app/addresses.h"
#include "app/command.h"
#include "app/endpoints_file.h"
#include "app/exit_code.h"
#include "app/progress.h"
#include "app/project.h"
#include "app/secrets.h"
#include "app/security_files.h"
#include "app/service_notify.h"
#include "app/wiring.h"
#include "formats/pipeline/security_check.h"
#include "platform/os/open_files.h"
#include "platform/runtime/event.h"
#include "platform/runtime/sleep.h"
#include "platform/runtime/task_group.h"

namespace tarn::app {
namespace {

constexpr auto kProgressEvery = std::chrono::milliseconds(250);

// One run of the program, from the first signal handler to the exit code.
class Run {
 public:
  Run(const Arguments& arguments, Terminal& terminal, WiringOptions options)
      : arguments_(arguments),
        terminal_(terminal),
        options_(std::move(options)),
        stop_signals_(io_),
        hangup_(io_, SIGHUP),
        changed_(io_.get_executor()),
        background_(io_.get_executor(), {}) {}

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
    await_stop();
    await_hangup(logger);
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
  // The first signal drains. From then on signals do what they do by themselves, so that a second
  // one ends the process whatever it is busy with; before this, while the storage recovers, too.
  void await_stop() {
    stop_signals_.add(SIGTERM);
    stop_signals_.add(SIGINT);
    stop_signals_.async_wait([this](boost::system::error_code error, int) {
      if (error) return;
      stop_signals_.clear();
      stop_is_wanted_ = true;
      changed_.notify_all();
    });
  }

  void await_hangup(const telemetry::Logger& logger) {
    hangup_.async_wait([this, logger](boost::system::error_code error, int) {
      if (error) return;
      if (Status read = wiring_->reload_certificates(); !read) {
        logger.named("app").error("the former certificates hold",
                                  {{"reason", read.error().message()}});
      } else {
        logger.named("app").warn(
            "a SIGHUP reads the certificates anew and nothing else: restart to apply tarn.yaml");
      }
      await_hangup(logger);
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
    co_await background_.stop();
    stop_signals_.cancel();
    hangup_.cancel();
  }

  runtime::Task<void> work() {
    CO_TRY(co_await wiring_->start());
    CO_TRY(announce());
    if (arguments_.has("--once")) {
      Status done = co_await work_once();
      CO_TRY(co_await summarize(done));
      co_return done;
    }
    wiring_->run_sources();
    while (!stop_is_wanted_) co_await changed_.wait();
    co_return Status();
  }

  runtime::Task<void> work_once() {
    std::optional<Status> done;
    background_.spawn("once", [](Run* self, std::optional<Status>* out) -> runtime::Task<void> {
      *out = co_await self->wiring_->run_once();
      self->changed_.notify_all();
      co_return Status();
    }(this, &done));
    background_.spawn("progress", show_progress());
    while (!done && !stop_is_wanted_) co_await changed_.wait();
    co_await background_.stop();
    if (done) co_return *done;
    co_return Error(ErrorCode::cancelled, "ended by a signal before every step came to its end");
  }

  runtime::Task<void> show_progress() {
    Progress progress(terminal_, clock_, "");
    while (true) {
      co_await runtime::sleep_for(kProgressEvery);
      std::string what;
      for (const std::string& line : wiring_->summary()) what += (what.empty() ? "" : "; ") + line;
      progress.now(std::move(what));
      progress.tick();
    }
  }

  runtime::Task<boost::json::value> list(std::string collection) {
    http::Request request;
    request.method = http::Method::get;
    request.path = "/tarn/v1/" + collection;
    auto answer = CO_TRY(co_await wiring_->call(std::move(request)));
    boost::system::error_code error;
    auto value = boost::json::parse(http::view_of(answer.body), error);
    if (error) co_return Error(ErrorCode::internal, "the status is not JSON");
    co_return value.at(collection);
  }

  runtime::Task<void> summarize(Status done) {
    if (!arguments_.has("--json")) {
      for (const std::string& line : wiring_->summary()) terminal_.line(line);
      co_return Status();
    }
    boost::json::object status{{"ok", done.has_value()}};
    if (!done) status["reason"] = done.error().message();
    status["sources"] = CO_TRY(co_await list("sources"));
    status["tables"] = CO_TRY(co_await list("tables"));
    terminal_.line(boost::json::serialize(status));
    co_return Status();
  }

  Status announce() {
    Endpoints endpoints{
        .pid = getpid(), .kafka = wiring_->kafka_ports(), .http = wiring_->http_address()};
    TRY(write_endpoints(files_, options_.data_directory, endpoints));
    if (arguments_.has("--json")) {
      terminal_.line(endpoints_json(endpoints));
    } else {
      for (const KafkaPort& port : endpoints.kafka) {
        const bool is_plain = port.protocol == pipeline::Protocol::plaintext;
        terminal_.line("kafka  " + to_string(port.advertised.value_or(port.address)) +
                       (is_plain ? "" : "  " + pipeline::to_string(port.protocol)));
      }
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
  boost::asio::signal_set stop_signals_;
  boost::asio::signal_set hangup_;
  runtime::Event changed_;
  bool stop_is_wanted_ = false;
  std::unique_ptr<Wiring> wiring_;
  int exit_code_ = kExitOk;
  runtime::TaskGroup background_;
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
                        .lake_directory = project->lake_directory(),
                        .directory = project->directory};
  if (Status status = choose_addresses(project->pipeline, arguments, options); !status) {
    terminal.error(status.error());
    bool is_usage = status.error().code() == ErrorCode::invalid_argument;
    return is_usage ? kExitUsage : kExitConfiguration;
  }
  const auto files =
      check_security_files(project->pipeline.security, project->directory, os::SystemClock().now());
  for (const auto& problem : files.problems) terminal.error_text(problem.message);
  for (const std::string& warning : files.warnings) terminal.note("tarn: warning: " + warning);
  if (!files.problems.empty()) return kExitConfiguration;
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
              "<data>/endpoints.json, which goes at the end. SIGTERM and Ctrl-C drain and end; a "
              "second\none ends at once, which loses nothing that was acknowledged. --once ends "
              "with 0 when every\nstep came to its end, 69 when not.",
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
               {.name = "--json",
                .value = "",
                .doc = "prints the endpoints, and after --once the status, as JSON"}},
          .positionals = {{.name = "DIR", .doc = "the folder of tarn.yaml", .required = false}},
          .run = run_run};
}

}  // namespace tarn::app
