#include "edges/emulator/emulator.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/core.h>

#include "base/sha256.h"
#include "edges/emulator/faults.h"
#include "edges/emulator/line_index.h"
#include "edges/emulator/page_body.h"
#include "engines/http/server.h"

namespace tarn::emulator {
namespace {

template <class Value, size_t size>
Result<Value> parse_name(std::string_view text, std::string_view what,
                         const std::array<std::pair<std::string_view, Value>, size>& names) {
  std::string known;
  for (const auto& [name, value] : names) {
    if (name == text) return value;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  return Error(ErrorCode::invalid_argument,
               fmt::format("'{}' is not a {}; there are {}", text, what, known));
}

http::Response message(int status, std::string_view text) {
  return http::json_response(status, fmt::format("{{\"message\":\"{}\"}}\n", text));
}

std::string_view adverb(QuotaPeriod period) {
  switch (period) {
    case QuotaPeriod::second:
      return "SECONDLY";
    case QuotaPeriod::minute:
      return "MINUTELY";
    case QuotaPeriod::hour:
      return "HOURLY";
    case QuotaPeriod::day:
      return "DAILY";
    case QuotaPeriod::month:
      return "MONTHLY";
  }
  return "";
}

// A number of the query; none when it is not one.
std::optional<int64_t> number_of(const http::Request& request, std::string_view name,
                                 int64_t otherwise) {
  const auto text = http::find_parameter(request.query, name);
  if (!text) return otherwise;
  int64_t number = 0;
  const char* end = text->data() + text->size();
  const auto [stop, failure] = std::from_chars(text->data(), end, number);
  if (failure != std::errc() || stop != end || number < 0) return std::nullopt;
  return number;
}

}  // namespace

Result<Style> parse_style(std::string_view text) {
  return parse_name<Style, 5>(text, "page style",
                              {{{"page", Style::page},
                                {"cursor", Style::cursor},
                                {"offset", Style::offset},
                                {"link", Style::link},
                                {"next", Style::next}}});
}

Result<Fault> parse_fault(std::string_view text) {
  return parse_name<Fault, 7>(text, "fault",
                              {{{"none", Fault::none},
                                {"html", Fault::html},
                                {"truncated", Fault::truncated},
                                {"nesting", Fault::nesting},
                                {"redirect-loop", Fault::redirect_loop},
                                {"hang", Fault::hang},
                                {"slow", Fault::slow}}});
}

class Emulator::Core {
 public:
  Core(boost::asio::any_io_executor executor, const os::Clock& clock, telemetry::Logger logger,
       EmulatorOptions options, LineIndex lines)
      : clock_(clock),
        options_(std::move(options)),
        lines_(std::move(lines)),
        faults_(executor, options_.fault, options_.path),
        server_(executor, clock, std::move(logger),
                {.address = options_.address, .port = options_.port}, routes()) {}

  Status start() {
    if (has_fault()) return faults_.start(options_.address, options_.port);
    return server_.start();
  }
  uint16_t port() const { return has_fault() ? faults_.port() : server_.port(); }
  std::string url() const {
    return fmt::format("http://{}:{}{}", options_.address, port(), options_.path);
  }
  int64_t records() const { return lines_.size(); }
  int64_t calls() const { return has_fault() ? faults_.calls() : calls_; }
  runtime::Awaitable<void> stop() {
    if (has_fault()) co_return co_await faults_.stop();
    co_await server_.stop();
  }

 private:
  bool has_fault() const { return options_.fault != Fault::none; }
  http::Router routes() {
    http::Router router;
    router.add(http::Method::get, options_.path,
               [this](http::Request request) { return answer(std::move(request)); });
    return router;
  }
  runtime::Task<http::Response> answer(http::Request request);
  bool take_call();
  std::optional<int64_t> first_record(const http::Request& request, int64_t page_records) const;
  Result<http::Response> page(const http::Request& request) const;

  const os::Clock& clock_;
  EmulatorOptions options_;
  LineIndex lines_;
  int64_t calls_ = 0;
  Timestamp period_start_{};
  int64_t calls_of_period_ = 0;
  FaultServer faults_;
  http::Server server_;
};

bool Emulator::Core::take_call() {
  ++calls_;
  if (!options_.quota) return true;
  const Timestamp start = options_.quota->period_start(clock_.now());
  if (start > period_start_) {
    period_start_ = start;
    calls_of_period_ = 0;
  }
  if (calls_of_period_ >= options_.quota->calls) return false;
  ++calls_of_period_;
  return true;
}

runtime::Task<http::Response> Emulator::Core::answer(http::Request request) {
  if (!options_.key.empty() &&
      request.headers.find("X-RapidAPI-Key").value_or("") != options_.key) {
    co_return message(401, "Invalid API key. Send yours in the header X-RapidAPI-Key.");
  }
  if (!take_call()) {
    co_return message(options_.quota_status,
                      fmt::format("You have exceeded the {} quota for Requests on your current "
                                  "plan, BASIC. Upgrade your plan to go on.",
                                  adverb(options_.quota->period)));
  }
  co_return page(request);
}

std::optional<int64_t> Emulator::Core::first_record(const http::Request& request,
                                                    int64_t page_records) const {
  if (options_.style == Style::cursor) return number_of(request, "cursor", 0);
  if (options_.style == Style::offset) return number_of(request, "offset", 0);
  const auto number = number_of(request, "page", 1);
  constexpr int64_t kPagesMax = int64_t{1} << 40;
  if (!number || *number < 1 || *number > kPagesMax) return std::nullopt;
  return (*number - 1) * page_records;
}

Result<http::Response> Emulator::Core::page(const http::Request& request) const {
  auto size = static_cast<int64_t>(options_.page_records);
  if (options_.style == Style::offset) {
    const auto limit = number_of(request, "limit", size);
    if (!limit || *limit == 0) return message(400, "limit is a number from 1 on.");
    size = std::min(*limit, size);
  }
  const auto first = first_record(request, size);
  if (!first) return message(400, "There is no such page.");
  const PageView view{*first, size, lines_.size(), url()};
  const auto lines = TRY(lines_.read(*first, size));
  auto response = http::json_response(200, page_body(options_.style, view, lines));
  if (options_.style == Style::link && view.has_next()) {
    response.headers.add("Link", fmt::format("<{}>; rel=\"next\"", view.next_url()));
  }
  const std::string body(http::view_of(response.body));
  const std::string etag = "\"" + sha256_hex(as_bytes(body), 8) + "\"";
  response.headers.add("ETag", etag);
  if (request.headers.find("If-None-Match") == etag) {
    return http::Response{304, {{"ETag", etag}}, ""};
  }
  return response;
}

Emulator::Emulator(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Emulator::~Emulator() = default;

Result<std::unique_ptr<Emulator>> Emulator::open(boost::asio::any_io_executor executor,
                                                 os::FileSystem& files, const os::Clock& clock,
                                                 telemetry::Logger logger,
                                                 EmulatorOptions options) {
  if (options.page_records == 0) {
    return Error(ErrorCode::invalid_argument, "a page has at least one record");
  }
  auto lines = TRY(LineIndex::open(files, options.file));
  return std::unique_ptr<Emulator>(new Emulator(std::make_unique<Core>(
      executor, clock, std::move(logger), std::move(options), std::move(lines))));
}

Status Emulator::start() {
  return core_->start();
}
uint16_t Emulator::port() const {
  return core_->port();
}
std::string Emulator::url() const {
  return core_->url();
}
int64_t Emulator::records() const {
  return core_->records();
}
int64_t Emulator::calls() const {
  return core_->calls();
}
runtime::Awaitable<void> Emulator::stop() {
  return core_->stop();
}

}  // namespace tarn::emulator
