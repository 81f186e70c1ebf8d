#include "app/command.h"

namespace tarn::app {

// Adding a command is a file with its description and this line; help and completion follow.
std::vector<Command> all_commands() {
  return {
      init_command(),  check_command(), run_command(),    sql_command(),        topic_command(),
      table_command(), group_command(), source_command(), completion_command(), version_command(),
  };
}

}  // namespace tarn::app
