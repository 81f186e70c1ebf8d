// The log a person reads: one line an event, a constant sentence and fields.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/core.h>

namespace spdlog {
class logger;
}

namespace tarn::telemetry {

enum class LogLevel { debug, info, warn, error };

// A value that is a secret must not be made into a field.
struct Field {
  template <class T>
  Field(std::string_view field_name, const T& value)
      : name(field_name), text(fmt::format("{}", value)) {}

  std::string_view name;
  std::string text;
};

// 2026-01-02T03:04:05.678Z INFO  storage: segment rolled topic=orders partition=0
// Cheap to copy; any thread. Text that comes from outside is escaped, so that it cannot forge
// lines.
class Logger {
 public:
  // To standard error.
  static Logger to_stderr(LogLevel lowest);
  // Drops everything.
  static Logger silent();

  // The same destination, named after another module.
  [[nodiscard]] Logger named(std::string module) const;

  void debug(std::string_view sentence, std::initializer_list<Field> fields = {}) const;
  void info(std::string_view sentence, std::initializer_list<Field> fields = {}) const;
  void warn(std::string_view sentence, std::initializer_list<Field> fields = {}) const;
  void error(std::string_view sentence, std::initializer_list<Field> fields = {}) const;

 private:
  Logger(std::shared_ptr<spdlog::logger> sink, std::string module);
  void write(LogLevel level, std::string_view sentence, std::initializer_list<Field> fields) const;

  std::shared_ptr<spdlog::logger> sink_;
  std::string module_;
};

}  // namespace tarn::telemetry
