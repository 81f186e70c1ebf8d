#include "formats/pattern/pattern.h"

#include <string>

#include <re2/re2.h>

namespace tarn::pattern {
namespace {

constexpr int64_t kMemoryMax = 1 << 20;  // of one compiled expression

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

Pattern::Pattern(std::unique_ptr<re2::RE2> compiled) : compiled_(std::move(compiled)) {}
Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

Result<Pattern> Pattern::compile(std::string_view expression) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMemoryMax);
  auto compiled = std::make_unique<re2::RE2>(piece(expression), options);
  if (!compiled->ok()) {
    return Error(
        ErrorCode::invalid_argument,
        "'" + std::string(expression) + "' is no regular expression of RE2: " + compiled->error());
  }
  return Pattern(std::move(compiled));
}

bool Pattern::matches(std::string_view text) const {
  return re2::RE2::FullMatch(piece(text), *compiled_);
}

}  // namespace tarn::pattern
