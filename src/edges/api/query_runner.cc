#include "edges/api/query_runner.h"

#include <functional>

#include "base/time.h"

namespace tarn::api {
namespace {

// Calls back at the end of its scope, also when a cancellation unwinds it.
class AtEnd {
 public:
  explicit AtEnd(std::function<void()> action) : action_(std::move(action)) {}
  ~AtEnd() { action_(); }
  AtEnd(const AtEnd&) = delete;
  AtEnd& operator=(const AtEnd&) = delete;

 private:
  std::function<void()> action_;
};

}  // namespace

QueryRunner::QueryRunner(boost::asio::any_io_executor executor, const os::Clock& clock,
                         telemetry::MetricRegistry& metrics, sql::Engine& engine,
                         runtime::BlockingPool& pool, QueryLimits limits)
    : clock_(clock),
      engine_(engine),
      pool_(pool),
      limits_(limits),
      turn_ended_(executor),
      seconds_(metrics.histogram("tarn_query_duration_seconds", "Queries of HTTP callers",
                                 telemetry::latency_seconds_buckets())) {}

os::MonotonicTime QueryRunner::deadline_in(Millis timeout) const {
  return clock_.monotonic() + timeout;
}

runtime::Task<void> QueryRunner::take_turn(os::MonotonicTime deadline) {
  if (running_ >= limits_.running_max) {
    if (waiting_ >= limits_.waiting_max) {
      co_return Error(ErrorCode::unavailable, "too many queries are waiting; try again later");
    }
    ++waiting_;
    AtEnd no_longer_waiting([this] { --waiting_; });
    while (running_ >= limits_.running_max) {
      if (!co_await turn_ended_.wait_until(deadline)) {
        co_return Error(ErrorCode::unavailable,
                        "other queries took all of this query's time; try again later");
      }
    }
  }
  ++running_;
  co_return Status();
}

void QueryRunner::end_turn() {
  --running_;
  turn_ended_.notify_all();
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): outlives all
runtime::Task<sql::Answer> QueryRunner::run(sql::Query query, sql::TableCatalog& tables) {
  CO_TRY(co_await take_turn(query.deadline));
  AtEnd turn([this] { end_turn(); });
  auto started = clock_.monotonic();
  auto* catalog = &tables;
  auto answer = co_await pool_.run(
      [this, query = std::move(query), catalog] { return engine_.query(query, *catalog); });
  seconds_.observe(std::chrono::duration<double>(clock_.monotonic() - started).count());
  co_return answer;
}

}  // namespace tarn::api
