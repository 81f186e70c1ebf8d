#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "app/command_line.h"

int main(int argc, char** argv) {
  // A client or a pipe that goes away is an error of that write, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  const auto commands = tarn::app::all_commands();
  auto invocation =
      tarn::app::parse_command_line(commands, std::vector<std::string>(argv + 1, argv + argc));
  if (!invocation) {
    const auto& refused = invocation.error();
    std::fputs(refused.text.c_str(), refused.exit_code == 0 ? stdout : stderr);
    return refused.exit_code;
  }
  tarn::app::Terminal terminal(stdout, stderr);
  return invocation->command->run(invocation->arguments, terminal);
}
