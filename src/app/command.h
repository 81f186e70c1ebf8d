// A command of the program: one file each, listed in commands.cc.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/terminal.h"
#include "base/error.h"

namespace tarn::app {

struct Option {
  std::string name;   // "--data"
  std::string value;  // what stands behind it in help: "DIR"; empty: a flag
  std::string doc;
  bool repeats = false;
  std::vector<std::string> choices = {};  // for completion and checking; empty: any
};

struct Positional {
  std::string name;  // "TOPIC"
  std::string doc;
  bool required = true;
  bool repeats = false;  // the last one only
  std::vector<std::string> choices = {};
};

// What was typed, checked against the command's description.
class Arguments {
 public:
  [[nodiscard]] bool has(const std::string& name) const { return values_.contains(name); }
  // Of an option or a positional; the last one given.
  [[nodiscard]] std::optional<std::string> find(const std::string& name) const;
  [[nodiscard]] std::string value_or(const std::string& name, std::string otherwise) const;
  [[nodiscard]] std::vector<std::string> all(const std::string& name) const;
  // invalid_argument names the option.
  Result<std::optional<int64_t>> find_integer(const std::string& name) const;

  void add(const std::string& name, std::string value) {
    values_[name].push_back(std::move(value));
  }

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

struct Command {
  std::string name;
  std::string summary;  // one line
  std::string details;  // paragraphs for --help
  std::vector<std::string> examples;
  std::vector<Option> options;
  std::vector<Positional> positionals;
  std::vector<Command> subcommands;
  // Gives the exit code.
  int (*run)(const Arguments&, Terminal&) = nullptr;
  bool is_hidden = false;  // for programs: in no help, no completion, no suggestion
};

// All of them; the order is that of the help.
std::vector<Command> all_commands();

Command init_command();
Command check_command();
Command run_command();
Command sql_command();
Command topic_command();
Command table_command();
Command group_command();
Command acl_command();
Command quota_command();
Command source_command();
Command state_command();
Command user_command();
Command test_command();
Command verify_command();
Command doctor_command();
Command emulate_command();
Command explain_command();
Command completion_command();
Command complete_command();
Command version_command();

}  // namespace tarn::app
