#include "formats/pipeline/problem.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tarn::pipeline {

std::string to_string(const Problem& problem, const std::string& file) {
  std::string text = problem.at.origin.empty() ? file : problem.at.origin;
  if (problem.at.origin.empty() && problem.at.line > 0) {
    text += ":" + std::to_string(problem.at.line) + ":" + std::to_string(problem.at.column);
  }
  text += ": ";
  if (!problem.path.empty()) text += problem.path + ": ";
  return text + problem.message;
}

Problems::Step::Step(Problems& problems, std::string name) : problems_(problems) {
  problems_.path_.push_back(std::move(name));
}
Problems::Step::~Step() {
  problems_.path_.pop_back();
}

void Problems::add(const Position& at, std::string message) {
  found_.push_back({.at = at, .path = path(), .message = std::move(message)});
}

std::string Problems::path() const {
  std::string joined;
  for (const std::string& step : path_) {
    if (!joined.empty() && !step.starts_with('[')) joined += '.';
    joined += step;
  }
  return joined;
}

bool Problems::has_below(const std::string& path) const {
  return std::ranges::any_of(found_, [&](const Problem& problem) {
    return problem.path == path || problem.path.starts_with(path + ".");
  });
}

std::vector<Problem> Problems::take() && {
  auto place = [](const Problem& problem) {
    return std::tie(problem.at.origin, problem.at.line, problem.at.column, problem.path,
                    problem.message);
  };
  std::ranges::sort(found_, {}, place);
  auto repeated = std::ranges::unique(found_, {}, place);
  found_.erase(repeated.begin(), repeated.end());
  return std::move(found_);
}

}  // namespace tarn::pipeline
