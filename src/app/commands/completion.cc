#include "app/completion.h"

#include <map>

#include <boost/json.hpp>

#include "app/admin_command.h"
#include "app/exit_code.h"

namespace tarn::app {
namespace {

// Who waits at a prompt does not wait longer.
constexpr Millis kPatience(500);

// The scripts only ask `tarn complete`; each adapts the answer to its shell.
constexpr std::string_view kBash =
    R"script(# tarn completion for bash: source <(tarn completion bash)
_tarn() {
  local IFS=$'\n' lines current="${COMP_WORDS[COMP_CWORD]}"
  lines=($(tarn complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  COMPREPLY=()
  case "${lines[0]}" in
    @files) compopt -o filenames; COMPREPLY=($(compgen -f -- "$current")) ;;
    @directories) compopt -o filenames; COMPREPLY=($(compgen -d -- "$current")) ;;
    *) COMPREPLY=("${lines[@]%%$'\t'*}") ;;
  esac
}
complete -F _tarn tarn
)script";

constexpr std::string_view kZsh = R"script(#compdef tarn
# tarn completion for zsh: source <(tarn completion zsh), after compinit
_tarn() {
  local -a values shown
  local value doc
  while IFS=$'\t' read -r value doc; do
    case $value in
      @files) _files; return ;;
      @directories) _files -/; return ;;
    esac
    values+=("$value")
    shown+=("$value${doc:+  -- $doc}")
  done < <(tarn complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
  (( $#values )) && compadd -l -d shown -a values
}
compdef _tarn tarn
)script";

constexpr std::string_view kFish =
    R"script(# tarn completion for fish: tarn completion fish | source
function __tarn_complete
  set -l words (commandline -opc) "$(commandline -ct)"
  set -l lines (tarn complete -- $words[2..] 2>/dev/null)
  switch "$lines[1]"
    case @files
      __fish_complete_path "$(commandline -ct)"
    case @directories
      __fish_complete_directories "$(commandline -ct)"
    case ''
    case '*'
      printf '%s\n' $lines
  end
end
complete -c tarn -f -a '(__tarn_complete)'
)script";

int run_completion(const Arguments& arguments, Terminal& terminal) {
  std::string shell = arguments.value_or("SHELL", "");
  terminal.print(shell == "bash" ? kBash : shell == "zsh" ? kZsh : kFish);
  return kExitOk;
}  // namespace

// Where the admin API lists what a placeholder stands for.
struct Listing {
  std::string collection;
  std::string name;  // the member that is the name
};

// Whatever goes wrong: a prompt is no place for messages.
std::vector<std::string> find_names(const std::string& placeholder, const Arguments& typed) {
  static const std::map<std::string, Listing> kListings = {
      {"TOPIC", {.collection = "topics", .name = "name"}},
      {"TABLE", {.collection = "tables", .name = "name"}},
      {"SOURCE", {.collection = "sources", .name = "name"}},
      {"GROUP", {.collection = "groups", .name = "group"}}};
  auto listing = kListings.find(placeholder);
  if (listing == kListings.end()) return {};
  auto project = read_project(typed.value_or("--dir", "."), typed);
  if (!project) return {};
  auto admin = Admin::connect_running(*project, kPatience);
  if (!admin) return {};
  const auto& [collection, name] = listing->second;
  auto answer = (*admin)->ask_json(http::Method::get, admin_target(collection));
  if (!answer) return {};
  std::vector<std::string> names;
  for (const auto& item : answer->at(collection).as_array()) {
    const auto* internal = item.as_object().if_contains("internal");
    if (internal == nullptr || !internal->as_bool()) names.push_back(cell(item, name));
  }
  return names;
}

int run_complete(const Arguments& arguments, Terminal& terminal) {
  auto completion = complete(all_commands(), arguments.all("WORD"), find_names);
  if (completion.paths == Completion::Paths::files) terminal.line("@files");
  if (completion.paths == Completion::Paths::directories) terminal.line("@directories");
  for (const auto& [word, doc] : completion.candidates) {
    terminal.line(doc.empty() ? word : word + "\t" + doc);
  }
  return kExitOk;
}

}  // namespace

Command completion_command() {
  return {.name = "completion",
          .summary = "prints a script that completes commands in bash, zsh or fish",
          .details =
              "Commands, options, their values, and the names of topics, tables, sources "
              "and groups of\nthe instance that runs on this folder.",
          .examples = {"source <(tarn completion bash)", "source <(tarn completion zsh)",
                       "tarn completion fish | source"},
          .positionals = {{.name = "SHELL",
                           .doc = "bash, zsh or fish",
                           .choices = {"bash", "zsh", "fish"}}},
          .run = run_completion};
}

Command complete_command() {
  return {.name = "complete",
          .summary = "prints what may stand at the end of a command line",
          .details = "A line each: the word, a tab, what it means; or @files, or @directories.",
          .examples = {"tarn complete -- topic re"},
          .positionals = {{.name = "WORD",
                           .doc = "the words behind 'tarn'; the last one is incomplete",
                           .required = false,
                           .repeats = true}},
          .run = run_complete,
          .is_hidden = true};
}

}  // namespace tarn::app
