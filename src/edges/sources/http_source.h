// A source that polls an HTTP API of JSON.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "edges/sources/http_options.h"
#include "edges/sources/status.h"
#include "platform/os/clock.h"
#include "platform/runtime/task.h"
#include "platform/telemetry/logger.h"
#include "platform/telemetry/metrics.h"

namespace tarn::http {
class Client;
}
namespace tarn::log {
class Log;
}
namespace tarn::runtime {
class BlockingPool;
}
namespace tarn::state {
class StateStore;
}

namespace tarn::sources {

class QuotaLedger;

// Collaborators of a source; all outlive it.
struct SourceContext {
  boost::asio::any_io_executor executor;
  const os::Clock& clock;
  telemetry::Logger logger;
  telemetry::MetricRegistry& metrics;
  http::Client& client;
  runtime::BlockingPool& pool;  // for bodies: they are unpacked and parsed there
  log::Log& log;
  state::StateStore& state;
  QuotaLedger& quotas;
  uint64_t random_seed = 0;  // for the jitter of retries
};

// The problem: an API answers quota messages, error objects and half pages, and a poller that is
// killed between reading and remembering loses or repeats. Here only what was expected becomes a
// record, and the records of a page and the place of the next page become durable together. A poll
// that was interrupted goes on with the page where it was. All calls on the executor's thread.
class HttpSource {
 public:
  // invalid_argument: a URL, pointer or number that cannot be.
  static Result<std::unique_ptr<HttpSource>> create(SourceContext context,
                                                    HttpSourceOptions options);
  ~HttpSource();

  // Polls on schedule until cancelled. Errors of the service are states, never the end; an error of
  // the log or the state store ends it.
  runtime::Task<void> run();
  // One poll to its last page, retries included: for `run --once`. The records that it appended.
  // Errors: unavailable, resource_exhausted (quota), failed_precondition (paused; not what was
  // expected). Not while run() runs.
  runtime::Task<int64_t> poll_once();

  // Durable; a paused source stays so across restarts.
  runtime::Task<void> pause();
  runtime::Task<void> resume();
  // Ends the wait of run(); the quota holds all the same. failed_precondition when paused.
  Status poll_now();

  [[nodiscard]] SourceStatus status() const;
  // The latest lines of its log, oldest first; they survive a restart.
  [[nodiscard]] std::vector<LogLine> log_lines(size_t count_max) const;

 private:
  class Core;
  explicit HttpSource(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace tarn::sources
