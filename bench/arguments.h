// The words a load generator is called with: name=value, each.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tarn::bench {

class Arguments {
 public:
  Arguments(int count, char** words) {
    for (int i = 1; i < count; ++i) {
      const std::string word = words[i];
      const size_t equals = word.find('=');
      if (equals == std::string::npos) throw std::runtime_error(word + ": not name=value");
      given_.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    }
  }

  [[nodiscard]] std::string text(const std::string& name) const {
    for (const auto& [given, value] : given_) {
      if (given == name) return value;
    }
    throw std::runtime_error("missing: " + name + "=");
  }
  [[nodiscard]] std::string text(const std::string& name, const std::string& otherwise) const {
    return has(name) ? text(name) : otherwise;
  }
  [[nodiscard]] int64_t number(const std::string& name, int64_t otherwise) const {
    return has(name) ? std::stoll(text(name)) : otherwise;
  }
  [[nodiscard]] double real(const std::string& name, double otherwise) const {
    return has(name) ? std::stod(text(name)) : otherwise;
  }
  [[nodiscard]] bool has(const std::string& name) const {
    for (const auto& [given, value] : given_) {
      if (given == name) return true;
    }
    return false;
  }
  // What begins with the prefix, without it: "set." for a client's own settings.
  [[nodiscard]] std::map<std::string, std::string> with_prefix(const std::string& prefix) const {
    std::map<std::string, std::string> found;
    for (const auto& [given, value] : given_) {
      if (given.starts_with(prefix)) found[given.substr(prefix.size())] = value;
    }
    return found;
  }

 private:
  std::vector<std::pair<std::string, std::string>> given_;
};

}  // namespace tarn::bench
