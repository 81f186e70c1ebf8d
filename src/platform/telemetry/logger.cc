#include "platform/telemetry/logger.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace tarn::telemetry {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

bool is_plain(std::string_view text) {
  if (text.empty()) return false;
  for (char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '\\' || c == '=' || c == 0x7f) {
      return false;
    }
  }
  return true;
}

void append_quoted(std::string& line, std::string_view text) {
  line += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) {
      line += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      line += c;
    }
  }
  line += '"';
}

}  // namespace

Logger::Logger(std::shared_ptr<spdlog::logger> sink, std::string module)
    : sink_(std::move(sink)), module_(std::move(module)) {}

Logger Logger::to_stderr(LogLevel lowest) {
  auto sink =
      std::make_shared<spdlog::logger>("tarn", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  sink->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      "%Y-%m-%dT%H:%M:%S.%eZ %^%-5l%$ %v", spdlog::pattern_time_type::utc));
  sink->set_level(to_spdlog(lowest));
  sink->flush_on(spdlog::level::debug);
  return {std::move(sink), "tarn"};
}

Logger Logger::silent() {
  return {nullptr, ""};
}

Logger Logger::named(std::string module) const {
  return {sink_, std::move(module)};
}

void Logger::debug(std::string_view sentence, std::initializer_list<Field> fields) const {
  write(LogLevel::debug, sentence, fields);
}
void Logger::info(std::string_view sentence, std::initializer_list<Field> fields) const {
  write(LogLevel::info, sentence, fields);
}
void Logger::warn(std::string_view sentence, std::initializer_list<Field> fields) const {
  write(LogLevel::warn, sentence, fields);
}
void Logger::error(std::string_view sentence, std::initializer_list<Field> fields) const {
  write(LogLevel::error, sentence, fields);
}

void Logger::write(LogLevel level, std::string_view sentence,
                   std::initializer_list<Field> fields) const {
  if (!sink_ || !sink_->should_log(to_spdlog(level))) return;
  std::string line = module_ + ": ";
  line += sentence;
  for (const Field& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    if (is_plain(field.text)) {
      line += field.text;
    } else {
      append_quoted(line, field.text);
    }
  }
  sink_->log(to_spdlog(level), "{}", line);
}

}  // namespace tarn::telemetry
