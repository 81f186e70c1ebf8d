#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "app/command_line.h"
#include "app/exit_code.h"
#include "platform/os/heap.h"

namespace {

int run(int argc, char** argv) {
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

}  // namespace

int main(int argc, char** argv) {
  // A client or a pipe that goes away is an error of that write, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  tarn::os::keep_freed_buffers();
  try {
    return run(argc, argv);
  } catch (const std::exception& fault) {
    // Errors are results here; what arrives is a library's: no memory, or a case nobody thought of.
    std::fprintf(stderr, "tarn: stopped by an unexpected fault: %s\n", fault.what());
    return tarn::app::kExitFailed;
  }
}
