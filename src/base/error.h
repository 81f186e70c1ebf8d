// Failures as values. Every function that can fail on account of the outside world returns a
// Result; TRY unwraps one or returns its error; in a coroutine CO_TRY does the same.
// Bugs are not errors: they are checked (base/check.h).
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace tarn {

// What a caller may decide upon. Domain reasons (a Kafka error code, an HTTP status) are enums of
// the module that owns the domain; edges translate this code once.
enum class ErrorCode {
  invalid_argument,  // the request is wrong, whatever the state
  not_found,
  already_exists,
  failed_precondition,  // the request is fine, the state is not
  out_of_range,         // an offset or position outside what is there
  corrupt,              // bytes that fail a checksum or break their format
  unavailable,          // try again later
  timed_out,
  cancelled,
  resource_exhausted,  // disk, memory budget, quota
  permission_denied,
  unimplemented,
  internal,
};

std::string_view to_string(ErrorCode code);

// A code and a sentence for the person who must act on it.
class [[nodiscard]] Error {
 public:
  Error() = default;
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  [[nodiscard]] ErrorCode code() const { return code_; }
  [[nodiscard]] const std::string& message() const { return message_; }

  // "opening segment x: no such file": what was being done goes in front.
  Error with_context(std::string_view doing) const;

  bool operator==(const Error&) const = default;

 private:
  ErrorCode code_ = ErrorCode::internal;
  std::string message_;
};

template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using Base = std::expected<T, Error>;
  using Base::Base;
  // NOLINTNEXTLINE(google-explicit-constructor): `return Error(…)` is how a function fails.
  Result(Error error) : Base(std::unexpect, std::move(error)) {}
  Result(ErrorCode code, std::string message) : Base(std::unexpect, code, std::move(message)) {}

  Result with_context(std::string_view doing) && {
    if (this->has_value()) return std::move(*this);
    return this->error().with_context(doing);
  }
};

using Status = Result<void>;

}  // namespace tarn

#define TARN_CONCAT_(a, b) a##b
#define TARN_CONCAT(a, b) TARN_CONCAT_(a, b)
#define TARN_TRY_(name, exit, ...)                 \
  ({                                               \
    auto name = (__VA_ARGS__);                     \
    if (!name) [[unlikely]]                        \
      exit ::tarn::Error(std::move(name).error()); \
    *std::move(name);                              \
  })

// auto value = TRY(parse(bytes));
#define TRY(...) TARN_TRY_(TARN_CONCAT(tarn_result_, __COUNTER__), return, __VA_ARGS__)
// auto value = CO_TRY(co_await store.get(path));
#define CO_TRY(...) TARN_TRY_(TARN_CONCAT(tarn_result_, __COUNTER__), co_return, __VA_ARGS__)
