#include "app/command.h"
#include "app/exit_code.h"

namespace tarn::app {
namespace {

// One line for each command: "topic list|--json --data": the path, and the words that may follow.
void collect(const Command& command, const std::string& path, std::vector<std::string>& lines) {
  std::string words;
  for (const Command& below : command.subcommands) words += below.name + " ";
  for (const Option& option : command.options) words += option.name + " ";
  lines.push_back(path + "|" + words + "--help");
  for (const Command& below : command.subcommands) collect(below, path + " " + below.name, lines);
}

std::vector<std::string> completion_lines() {
  std::string names;
  std::vector<std::string> lines;
  for (const Command& command : all_commands()) {
    names += command.name + " ";
    collect(command, command.name, lines);
  }
  lines.insert(lines.begin(), "|" + names + "--help");
  return lines;
}

std::string shell_cases() {
  std::string cases;
  for (const std::string& line : completion_lines()) {
    size_t bar = line.find('|');
    cases += "    '" + line.substr(0, bar) + "') echo '" + line.substr(bar + 1) + "' ;;\n";
  }
  return cases;
}

// The path is what stands on the line before the first option: one command, or two.
std::string bash_script() {
  return "# tarn completion for bash: source <(tarn completion bash)\n"
         "_tarn_words() {\n"
         "  case \"$1\" in\n" +
         shell_cases() +
         "  esac\n"
         "}\n"
         "_tarn() {\n"
         "  local path='' words index current=\"${COMP_WORDS[COMP_CWORD]}\"\n"
         "  for ((index = 1; index < COMP_CWORD && index < 3; ++index)); do\n"
         "    [[ ${COMP_WORDS[index]} == -* ]] && break\n"
         "    path=\"${path:+$path }${COMP_WORDS[index]}\"\n"
         "  done\n"
         "  words=$(_tarn_words \"$path\")\n"
         "  [[ -z $words ]] && words=$(_tarn_words \"${path%% *}\")\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "  [[ ${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- \"$current\"))\n"
         "}\n"
         "complete -F _tarn tarn\n";
}

std::string zsh_script() {
  return "# tarn completion for zsh: source <(tarn completion zsh)\n"
         "autoload -U +X bashcompinit && bashcompinit\n" +
         bash_script();
}

std::string fish_quoted(const std::string& text) {
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? std::string("\\'") : std::string(1, c);
  return quoted + "'";
}

void add_fish(const Command& command, const std::string& condition, std::string& script) {
  for (const Option& option : command.options) {
    script += "complete -c tarn -n " + fish_quoted(condition) + " -l " + option.name.substr(2) +
              (option.value.empty() ? "" : " -r") + " -d " + fish_quoted(option.doc) + "\n";
  }
  for (const Command& below : command.subcommands) {
    script += "complete -c tarn -f -n " + fish_quoted(condition) + " -a " + below.name + " -d " +
              fish_quoted(below.summary) + "\n";
    add_fish(below, condition + "; and __fish_seen_subcommand_from " + below.name, script);
  }
}

std::string fish_script() {
  std::string script = "# tarn completion for fish: tarn completion fish | source\n";
  for (const Command& command : all_commands()) {
    script += "complete -c tarn -f -n __fish_use_subcommand -a " + command.name + " -d " +
              fish_quoted(command.summary) + "\n";
    add_fish(command, "__fish_seen_subcommand_from " + command.name, script);
  }
  return script;
}

int run_completion(const Arguments& arguments, Terminal& terminal) {
  std::string shell = arguments.value_or("SHELL", "");
  if (shell == "bash") {
    terminal.print(bash_script());
  } else if (shell == "zsh") {
    terminal.print(zsh_script());
  } else if (shell == "fish") {
    terminal.print(fish_script());
  } else {
    terminal.error_text("the shells are bash, zsh and fish, not '" + shell + "'");
    return kExitUsage;
  }
  return kExitOk;
}

}  // namespace

Command completion_command() {
  return {.name = "completion",
          .summary = "prints a script that completes commands in bash, zsh or fish",
          .examples = {"source <(tarn completion bash)", "tarn completion fish | source"},
          .positionals = {{.name = "SHELL", .doc = "bash, zsh or fish"}},
          .run = run_completion};
}

}  // namespace tarn::app
