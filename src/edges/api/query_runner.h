// Queries of HTTP callers, so many at a time.
#pragma once

#include <chrono>
#include <cstddef>

#include <boost/asio/any_io_executor.hpp>

#include "engines/sql/engine.h"
#include "platform/os/clock.h"
#include "platform/runtime/blocking_pool.h"
#include "platform/runtime/event.h"
#include "platform/runtime/task.h"
#include "platform/telemetry/metrics.h"

namespace tarn::api {

struct QueryLimits {
  size_t running_max = 4;
  size_t waiting_max = 64;
};

// Runs a query on the pool when its turn comes. Who comes when waiting_max wait already, or whose
// deadline passes before its turn, gets unavailable. All calls on the executor's thread; the
// engine, the pool and the catalogs outlive what is under way.
class QueryRunner {
 public:
  QueryRunner(boost::asio::any_io_executor executor, const os::Clock& clock,
              telemetry::MetricRegistry& metrics, sql::Engine& engine, runtime::BlockingPool& pool,
              QueryLimits limits);

  runtime::Task<sql::Answer> run(sql::Query query, sql::TableCatalog& tables);
  [[nodiscard]] os::MonotonicTime deadline_in(Millis timeout) const;

 private:
  runtime::Task<void> take_turn(os::MonotonicTime deadline);
  void end_turn();

  const os::Clock& clock_;
  sql::Engine& engine_;
  runtime::BlockingPool& pool_;
  QueryLimits limits_;
  runtime::Event turn_ended_;
  size_t running_ = 0;
  size_t waiting_ = 0;
  telemetry::Histogram& seconds_;
};

}  // namespace tarn::api
