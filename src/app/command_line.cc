#include "app/command_line.h"

#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>

#include "formats/pipeline/nearest.h"

namespace tarn::app {
namespace {

constexpr size_t kNameColumn = 26;
constexpr const char* kIntroduction =
    "tarn runs a whole data pipeline: it polls or receives data, keeps it in a durable\n"
    "Kafka-compatible log, lands it in lake tables exactly once, and serves it by SQL and HTTP.\n";
constexpr const char* kFirstSteps =
    "Begin with\n"
    "  tarn init demo && cd demo && tarn run\n\n"
    "'tarn COMMAND --help' explains a command, 'tarn explain KEY' a key of tarn.yaml.";

std::string did_you_mean(const std::vector<std::string>& among, const std::string& word) {
  auto close = pipeline::nearest(word, among);
  return close ? "; did you mean '" + *close + "'?" : "";
}

// CLI11's, but a list of commands shows their summaries only.
class HelpFormatter final : public CLI::Formatter {
 public:
  HelpFormatter() {
    column_width(kNameColumn);
    label("SUBCOMMAND", "COMMAND");
    label("Positionals", "Arguments");
    label("REQUIRED", "");
  }
  std::string make_subcommand(const CLI::App* command) const override {
    std::string text = command->get_description();
    std::stringstream line;
    CLI::detail::format_help(line, command->get_name(), text.substr(0, text.find('\n')),
                             kNameColumn);
    return line.str();
  }
};

void restrict_to(CLI::Option* option, const std::vector<std::string>& choices) {
  if (choices.empty()) return;
  option->check([choices](const std::string& value) -> std::string {
    if (std::ranges::find(choices, value) != choices.end()) return "";
    return "'" + value + "' is none of " + CLI::detail::join(choices, ", ") +
           did_you_mean(choices, value);
  });
}

void describe_options(CLI::App& app, const Command& command) {
  for (const Option& option : command.options) {
    if (option.value.empty()) {
      app.add_flag(option.name, option.doc)
          ->check([](const std::string& value) { return value == "true" ? "" : "takes no value"; })
          ->multi_option_policy(CLI::MultiOptionPolicy::Throw);
      continue;
    }
    auto* added =
        app.add_option(option.name, option.repeats ? option.doc + " (may repeat)" : option.doc);
    added->type_name(option.value);
    if (option.repeats) added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    restrict_to(added, option.choices);
  }
  for (const Positional& positional : command.positionals) {
    auto* added = app.add_option(positional.name, positional.doc);
    added->type_name("")->required(positional.required);
    if (positional.repeats) added->expected(1, -1)->allow_extra_args();
    restrict_to(added, positional.choices);
  }
}

void describe(CLI::App& app, const Command& command) {
  app.description(command.summary + "\n" +
                  (command.details.empty() ? "" : "\n" + command.details + "\n"));
  if (!command.examples.empty()) {
    app.footer("Examples:\n  " + CLI::detail::join(command.examples, "\n  "));
  }
  app.group(command.is_hidden ? "" : "Commands");
  describe_options(app, command);
  for (const Command& below : command.subcommands) describe(*app.add_subcommand(below.name), below);
  if (!command.subcommands.empty()) app.require_subcommand(1);
}

std::unique_ptr<CLI::App> make_app(const std::vector<Command>& commands) {
  auto app = std::make_unique<CLI::App>(kIntroduction, "tarn");
  app->formatter(std::make_shared<HelpFormatter>());
  app->set_help_flag("-h,--help", "shows this text");
  app->footer(kFirstSteps);
  app->require_subcommand(1);
  for (const Command& command : commands) describe(*app->add_subcommand(command.name), command);
  return app;
}

// The commands that were typed, from the program itself to the last one.
std::vector<CLI::App*> typed_commands(CLI::App& app) {
  std::vector<CLI::App*> typed{&app};
  while (!typed.back()->get_subcommands().empty()) {
    typed.push_back(typed.back()->get_subcommands().front());
  }
  return typed;
}

std::string path_of(const std::vector<CLI::App*>& typed) {
  std::string path;
  for (const auto* app : typed) path += (path.empty() ? "" : " ") + app->get_name();
  return path;
}

std::string mistaken_word(CLI::App& app, const std::string& word) {
  std::vector<std::string> known;
  if (word.starts_with('-')) {
    for (const auto* option : app.get_options()) known.push_back(option->get_name());
    std::string name = word.substr(0, word.find('='));
    return "there is no option '" + name + "'" + did_you_mean(known, name);
  }
  for (const auto* command : app.get_subcommands({})) {
    if (!command->get_group().empty()) known.push_back(command->get_name());
  }
  if (known.empty()) return "'" + word + "' is one word too many";
  return "there is no command '" + word + "'" + did_you_mean(known, word);
}

// What CLI11 could not place explains more than what it then missed.
Refused refuse(CLI::App& app, const CLI::ParseError& error) {
  auto typed = typed_commands(app);
  CLI::App& last = *typed.back();
  if (error.get_exit_code() == 0) return {0, app.help()};
  auto mistake = [](const std::vector<CLI::App*>& where, const std::string& text) {
    return Refused{2, "tarn: " + text + "\nTry '" + path_of(where) + " --help'.\n"};
  };
  for (size_t depth = 1; depth <= typed.size(); ++depth) {
    for (const std::string& word : typed[depth - 1]->remaining()) {
      if (word == "--") continue;
      return mistake({typed.begin(), typed.begin() + static_cast<std::ptrdiff_t>(depth)},
                     mistaken_word(*typed[depth - 1], word));
    }
  }
  if (error.get_name() != "RequiredError") return mistake(typed, error.what());
  for (const auto* option : last.get_options()) {
    if (!option->get_required() || option->count() > 0) continue;
    return mistake(typed, option->get_name() + " is missing: " + option->get_description());
  }
  return {2, app.help()};
}

Arguments arguments_of(const CLI::App& app, const Command& command) {
  Arguments arguments;
  for (const Option& option : command.options) {
    for (const std::string& value : app.get_option(option.name)->results()) {
      arguments.add(option.name, option.value.empty() ? "" : value);
    }
  }
  for (const Positional& positional : command.positionals) {
    for (const std::string& value : app.get_option(positional.name)->results()) {
      arguments.add(positional.name, value);
    }
  }
  return arguments;
}

}  // namespace

std::expected<Invocation, Refused> parse_command_line(const std::vector<Command>& commands,
                                                      std::vector<std::string> words) {
  if (!words.empty() && words[0] == "--version") words[0] = "version";
  if (!words.empty() && words[0] == "help") {
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  auto app = make_app(commands);
  std::ranges::reverse(words);
  try {
    app->parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    return std::unexpected(refuse(*app, error));
  }
  auto typed = typed_commands(*app);
  const auto* among = &commands;
  const Command* command = nullptr;
  for (const auto* level : std::vector(typed.begin() + 1, typed.end())) {
    command = &*std::ranges::find(*among, level->get_name(), &Command::name);
    among = &command->subcommands;
  }
  return Invocation{.command = command,
                    .path = path_of(typed),
                    .arguments = arguments_of(*typed.back(), *command)};
}

}  // namespace tarn::app
