#include "app/command.h"

namespace tarn::app {

// Adding a command is a file with its description and a line here; help and completion follow.
std::vector<Command> all_commands() {
  std::vector<Command> commands;
  commands.push_back(init_command());
  commands.push_back(check_command());
  commands.push_back(run_command());
  commands.push_back(sql_command());
  commands.push_back(topic_command());
  commands.push_back(table_command());
  commands.push_back(group_command());
  commands.push_back(user_command());
  commands.push_back(acl_command());
  commands.push_back(quota_command());
  commands.push_back(source_command());
  commands.push_back(state_command());
  commands.push_back(test_command());
  commands.push_back(verify_command());
  commands.push_back(doctor_command());
  commands.push_back(emulate_command());
  commands.push_back(explain_command());
  commands.push_back(completion_command());
  commands.push_back(complete_command());
  commands.push_back(version_command());
  return commands;
}

}  // namespace tarn::app
