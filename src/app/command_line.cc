#include "app/command_line.h"

#include <algorithm>
#include <charconv>

#include "formats/pipeline/nearest.h"

namespace tarn::app {
namespace {

const Option kHelp{.name = "--help", .value = "", .doc = "shows this text"};

template <class Named>
const Named* find_named(const std::vector<Named>& among, const std::string& name) {
  auto found = std::ranges::find(among, name, &Named::name);
  return found == among.end() ? nullptr : &*found;
}

template <class Named>
std::string did_you_mean(const std::vector<Named>& among, const std::string& word) {
  std::vector<std::string> names;
  for (const Named& named : among) names.push_back(named.name);
  auto close = pipeline::nearest(word, names);
  return close ? "; did you mean '" + *close + "'?" : "";
}

// Reads the words behind the name of one command.
class ArgumentReader {
 public:
  ArgumentReader(const Command& command, std::string path)
      : command_(command), path_(std::move(path)) {}

  std::expected<Invocation, Refused> read(const std::vector<std::string>& words, size_t from) {
    bool options_end = false;
    for (size_t at = from; at < words.size(); ++at) {
      const std::string& word = words[at];
      if (!options_end && (word == "--help" || word == "-h")) {
        return std::unexpected(Refused{0, help_text(command_, path_)});
      }
      bool is_option = !options_end && word.size() > 1 && word[0] == '-' && word != "--";
      if (!options_end && word == "--") {
        options_end = true;
      } else if (!(is_option ? read_option(words, at) : read_positional(word))) {
        return std::unexpected(refused());
      }
    }
    if (!has_all_positionals()) return std::unexpected(refused());
    return Invocation{.command = &command_, .path = path_, .arguments = std::move(arguments_)};
  }

 private:
  Refused refused() const { return {2, "tarn: " + mistake_ + "\nTry '" + path_ + " --help'.\n"}; }
  bool fail(std::string mistake) {
    mistake_ = std::move(mistake);
    return false;
  }

  // at moves to the option's value.
  bool read_option(const std::vector<std::string>& words, size_t& at) {
    size_t equals = words[at].find('=');
    std::string name = words[at].substr(0, equals);
    const Option* option = find_named(command_.options, name);
    if (option == nullptr) {
      return fail("there is no option '" + name + "'" + did_you_mean(command_.options, name));
    }
    if (arguments_.has(name) && !option->repeats) return fail("'" + name + "' stands there twice");
    if (option->value.empty()) {
      if (equals != std::string::npos) return fail("'" + name + "' takes no value");
      arguments_.add(name, "");
      return true;
    }
    std::string value;
    if (equals != std::string::npos) {
      value = words[at].substr(equals + 1);
    } else if (at + 1 < words.size()) {
      value = words[++at];
    } else {
      return fail("'" + name + "' needs a value: " + name + " " + option->value);
    }
    return accept_value(*option, std::move(value));
  }

  bool accept_value(const Option& option, std::string value) {
    if (!option.choices.empty() &&
        std::ranges::find(option.choices, value) == option.choices.end()) {
      std::string known;
      for (const std::string& choice : option.choices)
        known += (known.empty() ? "" : ", ") + choice;
      return fail("'" + option.name + "' is one of " + known + ", not '" + value + "'");
    }
    arguments_.add(option.name, std::move(value));
    return true;
  }

  bool read_positional(const std::string& word) {
    const auto& positionals = command_.positionals;
    if (positionals.empty() || (positions_ >= positionals.size() && !positionals.back().repeats)) {
      return fail("'" + word + "' is one word too many");
    }
    arguments_.add(positionals[std::min(positions_, positionals.size() - 1)].name, word);
    ++positions_;
    return true;
  }

  bool has_all_positionals() {
    for (size_t index = positions_; index < command_.positionals.size(); ++index) {
      const Positional& missing = command_.positionals[index];
      if (missing.required) return fail(missing.name + " is missing: " + missing.doc);
    }
    return true;
  }

  const Command& command_;
  std::string path_;
  Arguments arguments_;
  size_t positions_ = 0;
  std::string mistake_;
};

Refused unknown_command(const std::vector<Command>& among, const std::string& word,
                        const std::string& path) {
  return {2, "tarn: there is no command '" + word + "'" + did_you_mean(among, word) + "\nTry '" +
                 path + " --help'.\n"};
}

std::string padded(const std::string& text, size_t width) {
  std::string line = text;
  line.resize(std::max(width, line.size() + 2), ' ');
  return line;
}

std::string usage_of(const Command& command) {
  std::string usage;
  if (!command.options.empty()) usage += " [OPTIONS]";
  for (const Positional& positional : command.positionals) {
    std::string name = positional.name + (positional.repeats ? "…" : "");
    usage += positional.required ? " " + name : " [" + name + "]";
  }
  return usage;
}

std::string list_commands(const std::vector<Command>& commands) {
  std::string text;
  for (const Command& command : commands) {
    text += "  " + padded(command.name, 12) + command.summary + "\n";
  }
  return text;
}

}  // namespace

std::optional<std::string> Arguments::find(const std::string& name) const {
  auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second.back();
}

std::string Arguments::value_or(const std::string& name, std::string otherwise) const {
  auto found = find(name);
  return found ? *found : std::move(otherwise);
}

std::vector<std::string> Arguments::all(const std::string& name) const {
  auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

Result<std::optional<int64_t>> Arguments::find_integer(const std::string& name) const {
  auto text = find(name);
  if (!text) return std::optional<int64_t>();
  int64_t value = 0;
  const char* last = text->data() + text->size();
  auto [end, error] = std::from_chars(text->data(), last, value);
  if (error == std::errc() && end == last) return std::optional(value);
  return Error(ErrorCode::invalid_argument, name + " is a whole number, not '" + *text + "'");
}

std::expected<Invocation, Refused> parse_command_line(const std::vector<Command>& commands,
                                                      const std::vector<std::string>& words) {
  if (words.empty()) return std::unexpected(Refused{2, help_text(commands)});
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    return std::unexpected(Refused{0, help_text(commands)});
  }
  std::string first = words[0] == "--version" ? "version" : words[0];
  const Command* command = find_named(commands, first);
  std::string path = "tarn";
  if (command == nullptr) return std::unexpected(unknown_command(commands, first, path));
  path += " " + command->name;
  size_t at = 1;
  while (command->run == nullptr) {
    if (at >= words.size()) return std::unexpected(Refused{2, help_text(*command, path)});
    if (words[at] == "--help" || words[at] == "-h") {
      return std::unexpected(Refused{0, help_text(*command, path)});
    }
    const Command* below = find_named(command->subcommands, words[at]);
    if (below == nullptr) {
      return std::unexpected(unknown_command(command->subcommands, words[at], path));
    }
    command = below;
    path += " " + words[at++];
  }
  return ArgumentReader(*command, path).read(words, at);
}

std::string help_text(const std::vector<Command>& commands) {
  return "tarn runs a whole data pipeline: it polls or receives data, keeps it in a durable\n"
         "Kafka-compatible log, lands it in lake tables exactly once, and serves it by SQL and "
         "HTTP.\n\n"
         "Usage: tarn COMMAND [OPTIONS]\n\n" +
         list_commands(commands) +
         "\nBegin with\n"
         "  tarn init demo && cd demo && tarn run\n\n"
         "'tarn COMMAND --help' explains a command, 'tarn explain KEY' a key of tarn.yaml.\n";
}

std::string help_text(const Command& command, const std::string& path) {
  std::string text = command.summary + "\n\nUsage: " + path;
  text += command.run == nullptr ? " COMMAND [OPTIONS]\n" : usage_of(command) + "\n";
  if (!command.details.empty()) text += "\n" + command.details + "\n";
  if (!command.subcommands.empty()) text += "\n" + list_commands(command.subcommands);
  if (!command.positionals.empty()) text += "\n";
  for (const Positional& positional : command.positionals) {
    text += "  " + padded(positional.name, 24) + positional.doc + "\n";
  }
  if (!command.examples.empty()) text += "\nExamples:\n";
  for (const std::string& example : command.examples) text += "  " + example + "\n";
  if (command.run == nullptr) return text;
  text += "\nOptions:\n";
  std::vector<Option> options = command.options;
  options.push_back(kHelp);
  for (const Option& option : options) {
    std::string name = option.value.empty() ? option.name : option.name + " " + option.value;
    text += "  " + padded(name, 24) + option.doc + (option.repeats ? " (may repeat)" : "") + "\n";
  }
  return text;
}

}  // namespace tarn::app
