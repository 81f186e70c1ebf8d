// A stand-in for a paged, metered JSON API: `tarn emulate api`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include "base/error.h"
#include "base/quota.h"
#include "platform/os/clock.h"
#include "platform/os/file_system.h"
#include "platform/runtime/task.h"
#include "platform/telemetry/logger.h"

namespace tarn::emulator {

// How the answer says where the next page is.
enum class Style {
  page,    // ?page=N; the body says page and pages
  cursor,  // ?cursor=T; the body says next_cursor, null at the end
  offset,  // ?offset=N&limit=M; the body says offset, limit and total
  link,    // Link header with rel="next"
  next,    // the body says next: a URL, null at the end
};
Result<Style> parse_style(std::string_view text);

// What goes wrong on purpose, whatever is asked.
enum class Fault {
  none,
  html,           // 200 with a page for people
  truncated,      // the connection ends in the middle of the body
  nesting,        // 10 MB of opening brackets
  redirect_loop,  // 302 to itself
  hang,           // no answer
  slow,           // a byte now and then
};
Result<Fault> parse_fault(std::string_view text);

struct EmulatorOptions {
  std::string file;  // JSON Lines; each line is served as it is
  std::string address = "127.0.0.1";
  uint16_t port = 0;  // 0: a free one
  std::string path = "/v1/flights";
  size_t page_records = 100;
  std::string key;  // wanted in the header X-RapidAPI-Key; empty: no key is wanted
  std::optional<Quota> quota;
  int quota_status = 429;  // or 200, as some gateways answer
  Style style = Style::page;
  Fault fault = Fault::none;
};

// Serves {"data":{"itineraries":[…]},"page":1,"pages":N,…} at path. The file is indexed when it is
// opened and read page by page; it must not change. All calls on the executor's thread.
class Emulator {
 public:
  // not_found, or invalid_argument when a line is not a JSON object.
  static Result<std::unique_ptr<Emulator>> open(boost::asio::any_io_executor executor,
                                                os::FileSystem& files, const os::Clock& clock,
                                                telemetry::Logger logger, EmulatorOptions options);
  ~Emulator();

  // failed_precondition when the port is in use.
  Status start();
  [[nodiscard]] uint16_t port() const;
  [[nodiscard]] std::string url() const;  // "http://127.0.0.1:8099/v1/flights"
  [[nodiscard]] int64_t records() const;
  [[nodiscard]] int64_t calls() const;  // that passed the key, the refused ones included
  runtime::Awaitable<void> stop();

 private:
  class Core;
  explicit Emulator(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace tarn::emulator
