#include "app/completion.h"

#include <algorithm>
#include <utility>

namespace tarn::app {
namespace {

const Command* find_command(const std::vector<Command>& among, const std::string& name) {
  auto found = std::ranges::find(among, name, &Command::name);
  return found == among.end() ? nullptr : &*found;
}

// Walks over the words before the incomplete one, and knows then what is due.
class Line {
 public:
  Line(const std::vector<Command>& commands, const NameFinder& find_names)
      : commands_(&commands), find_names_(find_names) {}

  void read(const std::string& word) {
    if (awaited_ != nullptr) {
      typed_.add(awaited_->name, word);
      awaited_ = nullptr;
    } else if (word == "--") {
      options_end_ = true;
    } else if (!options_end_ && word.starts_with('-')) {
      read_option(word);
    } else if (command_ == nullptr || command_->run == nullptr) {
      descend(word);
    } else {
      ++positions_;
    }
  }

  Completion complete(const std::string& begun) {
    begun_ = begun;
    size_t equals = begun.find('=');
    if (awaited_ != nullptr) {
      add_values(awaited_->value, awaited_->choices, "");
    } else if (!options_end_ && begun.starts_with("--") && equals != std::string::npos) {
      const Option* option = find_option(begun.substr(0, equals));
      if (option != nullptr) add_values(option->value, option->choices, option->name + "=");
    } else if (!options_end_ && begun.starts_with('-')) {
      add_options();
    } else if (command_ == nullptr || command_->run == nullptr) {
      for (const Command& below : *commands_) {
        if (!below.is_hidden) add(below.name, below.summary);
      }
    } else {
      add_positional();
    }
    return std::move(completion_);
  }

 private:
  void descend(const std::string& word) {
    const Command* below = find_command(*commands_, word);
    if (below == nullptr) return;
    command_ = below;
    commands_ = &below->subcommands;
  }

  const Option* find_option(const std::string& name) const {
    if (command_ == nullptr) return nullptr;
    auto found = std::ranges::find(command_->options, name, &Option::name);
    return found == command_->options.end() ? nullptr : &*found;
  }

  void read_option(const std::string& word) {
    size_t equals = word.find('=');
    const Option* option = find_option(word.substr(0, equals));
    if (option == nullptr) return;
    if (equals != std::string::npos) {
      typed_.add(option->name, word.substr(equals + 1));
    } else if (option->value.empty()) {
      typed_.add(option->name, "");
    } else {
      awaited_ = option;
    }
  }

  void add(const std::string& word, const std::string& doc) {
    if (word.starts_with(begun_)) completion_.candidates.push_back({.word = word, .doc = doc});
  }

  void add_options() {
    if (command_ != nullptr) {
      for (const Option& option : command_->options) {
        if (option.repeats || !typed_.has(option.name)) add(option.name, option.doc);
      }
    }
    add("--help", "shows help");
  }

  void add_positional() {
    const auto& positionals = command_->positionals;
    bool is_more =
        positions_ < positionals.size() || (!positionals.empty() && positionals.back().repeats);
    if (!is_more) {
      if (begun_.empty()) add_options();
      return;
    }
    const Positional& due = positionals[std::min(positions_, positionals.size() - 1)];
    add_values(due.name, due.choices, "");
  }

  // The placeholder says what the value names.
  void add_values(const std::string& placeholder, const std::vector<std::string>& choices,
                  const std::string& prefix) {
    if (placeholder == "DIR") completion_.paths = Completion::Paths::directories;
    if (placeholder == "FILE") completion_.paths = Completion::Paths::files;
    if (completion_.paths != Completion::Paths::none) return;
    for (const std::string& choice : choices) add(prefix + choice, "");
    if (!choices.empty()) return;
    for (const std::string& name : find_names_(placeholder, typed_)) add(prefix + name, "");
  }

  const std::vector<Command>* commands_;
  const NameFinder& find_names_;
  const Command* command_ = nullptr;
  const Option* awaited_ = nullptr;  // its value comes next
  Arguments typed_;
  size_t positions_ = 0;
  bool options_end_ = false;
  std::string begun_;
  Completion completion_;
};

}  // namespace

Completion complete(const std::vector<Command>& commands, const std::vector<std::string>& words,
                    const NameFinder& find_names) {
  Line line(commands, find_names);
  if (words.empty()) return line.complete("");
  // bash makes "--to=x" three words; the value is then complete without the name.
  bool is_help = words.size() > 1 && words[0] == "help";
  for (size_t index = is_help ? 1 : 0; index + 1 < words.size(); ++index) {
    if (words[index] != "=") line.read(words[index]);
  }
  return line.complete(words.back() == "=" ? "" : words.back());
}

}  // namespace tarn::app
