#include "app/command.h"
#include "app/exit_code.h"
#include "formats/pipeline/json_schema.h"

namespace tarn::app {
namespace {

int run_explain(const Arguments& arguments, Terminal& terminal) {
  if (arguments.has("--schema")) {
    terminal.print(pipeline::json_schema());
    return kExitOk;
  }
  auto text = pipeline::explain_key(arguments.value_or("KEY", ""));
  if (!text) {
    terminal.error(text.error());
    return kExitUsage;
  }
  terminal.print(*text);
  return kExitOk;
}

}  // namespace

Command explain_command() {
  return {.name = "explain",
          .summary = "explains a key of tarn.yaml",
          .details = "Without a key: the file as a whole. Any word may stand where a name stands.",
          .examples = {"tarn explain sources.NAME.http", "tarn explain tables.flights.commit",
                       "tarn explain --schema > .tarn/schema.json"},
          .options = {{.name = "--schema",
                       .value = "",
                       .doc = "prints the JSON Schema of tarn.yaml, for editors"}},
          .positionals = {{.name = "KEY",
                           .doc = "a path such as tables.NAME.commit",
                           .required = false}},
          .run = run_explain};
}

}  // namespace tarn::app
