#include "app/secrets.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "formats/pipeline/parse.h"
#include "platform/os/file_system.h"

namespace tarn::app {
namespace {

constexpr size_t kSecretBytesMax = 64 << 10;

Error missing(std::string message) {
  return {ErrorCode::not_found, std::move(message)};
}

std::string without_line_break(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

Result<std::string> from_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') {
    return missing("the environment variable " + name + " is not set");
  }
  return std::string(value);
}

Result<std::string> from_file(const std::string& path) {
  os::PosixFileSystem files;
  auto content = os::read_file(files, path);
  if (!content) return missing("its file cannot be read: " + content.error().message());
  if (content->size() > kSecretBytesMax) return missing("the file " + path + " is too large");
  return without_line_break(std::string(as_text(*content)));
}

std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

Result<std::string> from_command(const std::string& command, const std::string& directory) {
  std::string line = "cd " + shell_quoted(directory) + " && " + command;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(line.c_str(), "r"), pclose);
  if (!pipe) return missing("its command cannot be started");
  std::string output;
  char part[4096];
  size_t count = 0;
  while (output.size() <= kSecretBytesMax &&
         (count = std::fread(part, 1, sizeof(part), pipe.get())) > 0) {
    output.append(part, count);
  }
  int status = pclose(pipe.release());
  if (status != 0) return missing("its command failed with status " + std::to_string(status));
  if (output.size() > kSecretBytesMax) return missing("the output of its command is too large");
  return without_line_break(std::move(output));
}

Result<std::string> find_one(const pipeline::Pipeline& pipeline, const std::string& name,
                             const std::string& directory) {
  auto place = pipeline.secrets.find(name);
  if (place == pipeline.secrets.end()) return from_environment(name);
  if (place->second.env) return from_environment(*place->second.env);
  if (place->second.command) return from_command(*place->second.command, directory);
  return from_file((std::filesystem::path(directory) / place->second.file.value_or("")).string());
}

}  // namespace

Result<Secrets> find_secrets(const pipeline::Pipeline& pipeline, const std::string& directory) {
  Secrets secrets;
  std::string complaints;
  for (const auto& [name, needed_by] : pipeline::secret_names(pipeline)) {
    auto value = find_one(pipeline, name, directory);
    if (value && value->empty()) value = missing("it is empty");
    if (value) {
      secrets.emplace(name, pipeline::Secret(*std::move(value)));
    } else {
      complaints += "\n  " + name + " (for " + needed_by + "): " + value.error().message();
    }
  }
  if (complaints.empty()) return secrets;
  return missing("secrets are missing:" + complaints);
}

}  // namespace tarn::app
