#include "app/command.h"
#include "app/exit_code.h"

namespace tarn::app {
namespace {

int run_version(const Arguments& arguments, Terminal& terminal) {
  if (arguments.has("--json")) {
    terminal.line(R"({"name":"tarn","version":")" TARN_VERSION R"("})");
  } else {
    terminal.line("tarn " TARN_VERSION);
  }
  return kExitOk;
}

}  // namespace

Command version_command() {
  return {.name = "version",
          .summary = "prints the version",
          .options = {{.name = "--json", .value = "", .doc = "prints a JSON object"}},
          .run = run_version};
}

}  // namespace tarn::app
