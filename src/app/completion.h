// What may stand at the end of a command line that is being typed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/command.h"

namespace tarn::app {

struct Candidate {
  std::string word;
  std::string doc;  // one line, may be empty
};

struct Completion {
  enum class Paths { none, files, directories };
  std::vector<Candidate> candidates;
  Paths paths = Paths::none;  // what the shell completes by itself
};

// The names of what a placeholder such as TOPIC stands for. Arguments: the options typed so far.
using NameFinder =
    std::function<std::vector<std::string>(const std::string& placeholder, const Arguments&)>;

// words: all that is typed behind the name of the program; the last one is incomplete, maybe empty.
// Follows the descriptions of the commands alone; find_names is asked at most once.
Completion complete(const std::vector<Command>& commands, const std::vector<std::string>& words,
                    const NameFinder& find_names);

}  // namespace tarn::app
