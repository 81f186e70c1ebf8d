#include <csignal>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "app/command.h"
#include "app/exit_code.h"
#include "edges/emulator/emulator.h"

namespace tarn::app {
namespace {

Result<emulator::EmulatorOptions> read_options(const Arguments& arguments) {
  emulator::EmulatorOptions options;
  options.file = arguments.value_or("--from", "");
  options.path = arguments.value_or("--path", options.path);
  options.key = arguments.value_or("--key", "");
  if (auto port = TRY(arguments.find_integer("--port"))) {
    if (*port < 0 || *port > 65'535) {
      return Error(ErrorCode::invalid_argument, "--port is a number from 0 to 65535");
    }
    options.port = static_cast<uint16_t>(*port);
  }
  if (auto page = TRY(arguments.find_integer("--page"))) {
    if (*page < 1 || *page > 100'000) {
      return Error(ErrorCode::invalid_argument, "--page is a number from 1 to 100000");
    }
    options.page_records = static_cast<size_t>(*page);
  }
  if (auto quota = arguments.find("--quota")) options.quota = TRY(Quota::parse(*quota));
  if (arguments.value_or("--quota-status", "429") == "200") options.quota_status = 200;
  if (auto style = arguments.find("--style")) options.style = TRY(emulator::parse_style(*style));
  if (auto fault = arguments.find("--fault")) options.fault = TRY(emulator::parse_fault(*fault));
  if (options.file.empty()) return Error(ErrorCode::invalid_argument, "--from FILE is missing");
  return options;
}

int run_api(const Arguments& arguments, Terminal& terminal) {
  auto options = read_options(arguments);
  if (!options) {
    terminal.error(options.error());
    return kExitUsage;
  }
  boost::asio::io_context io(1);
  os::PosixFileSystem files;
  os::SystemClock clock;
  auto emulator =
      emulator::Emulator::open(io.get_executor(), files, clock,
                               telemetry::Logger::to_stderr(telemetry::LogLevel::warn), *options);
  Status started = emulator ? (*emulator)->start() : Status(emulator.error());
  if (!started) {
    terminal.error(started.error());
    return exit_code_of(started.error().code());
  }
  terminal.line((*emulator)->url());
  terminal.note(std::to_string((*emulator)->records()) + " records; Ctrl-C ends");
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](boost::system::error_code, int) {
    boost::asio::co_spawn(io, (*emulator)->stop(), [](std::exception_ptr thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
  });
  io.run();
  return kExitOk;
}

Command api_command() {
  return {
      .name = "api",
      .summary = "serves a JSON Lines file as a paged, metered API",
      .examples = {"tarn emulate api --from flights.jsonl --port 8099",
                   "tarn emulate api --from flights.jsonl --key secret --quota 500/month"},
      .options = {{.name = "--from", .value = "FILE", .doc = "JSON Lines, one record a line"},
                  {.name = "--port", .value = "PORT", .doc = "0 (default) chooses a free one"},
                  {.name = "--path", .value = "PATH", .doc = "where it answers (/v1/flights)"},
                  {.name = "--page", .value = "N", .doc = "records of one page (100)"},
                  {.name = "--key", .value = "KEY", .doc = "wanted in the header X-RapidAPI-Key"},
                  {.name = "--quota", .value = "N/PERIOD", .doc = "calls allowed, as 500/month"},
                  {.name = "--quota-status",
                   .value = "STATUS",
                   .doc = "of the quota message: 429 (default) or 200",
                   .choices = {"429", "200"}},
                  {.name = "--style",
                   .value = "STYLE",
                   .doc = "how pages follow each other",
                   .choices = {"page", "cursor", "offset", "link", "next"}},
                  {.name = "--fault",
                   .value = "FAULT",
                   .doc = "goes wrong on purpose",
                   .choices = {"none", "html", "truncated", "nesting", "redirect-loop", "hang",
                               "slow"}}},
      .run = run_api};
}

}  // namespace

Command emulate_command() {
  return {.name = "emulate",
          .summary = "stands in for a service, to try a pipeline without it",
          .subcommands = {api_command()}};
}

}  // namespace tarn::app
