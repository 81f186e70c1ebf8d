// What is wrong with a file, all of it at once.
#pragma once

#include <string>
#include <vector>

namespace tarn::pipeline {

// Where something stands. Lines and columns count from 1; line 0 is the file as a whole.
struct Position {
  int line = 0;
  int column = 0;
  std::string origin;  // empty: the file; else the option it came from ("--set a=b")
};

struct Problem {
  Position at;
  std::string path;     // sources.flights.every
  std::string message;  // one sentence that says what to do
};

// "tarn.yaml:7:5: sources.flights: …", one line.
std::string to_string(const Problem& problem, const std::string& file);

// Collects; keeps the path of what is being read.
class Problems {
 public:
  // Adds one step to the path while it lives.
  class Step {
   public:
    Step(Problems& problems, std::string name);
    ~Step();
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Problems& problems_;
  };

  void add(const Position& at, std::string message);
  [[nodiscard]] bool empty() const { return found_.empty(); }
  [[nodiscard]] size_t size() const { return found_.size(); }
  [[nodiscard]] std::string path() const;
  // Whether the thing at this path, or one of its keys, has a problem.
  [[nodiscard]] bool has_below(const std::string& path) const;
  // By position in the file; the same sentence at the same place once.
  std::vector<Problem> take() &&;

  // While an overlay is read, whose missing keys stand in the base.
  bool partial = false;

 private:
  std::vector<std::string> path_;
  std::vector<Problem> found_;
};

}  // namespace tarn::pipeline
