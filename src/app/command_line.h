// From argv to a command and its arguments.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "app/command.h"

namespace tarn::app {

struct Invocation {
  const Command* command = nullptr;
  std::string path;  // "tarn topic list"
  Arguments arguments;
};

// What to say instead of running: help (code 0, to out) or a mistake (code 2, to err).
struct Refused {
  int exit_code = 2;
  std::string text;
};

// commands outlives the invocation.
std::expected<Invocation, Refused> parse_command_line(const std::vector<Command>& commands,
                                                      std::vector<std::string> words);

}  // namespace tarn::app
