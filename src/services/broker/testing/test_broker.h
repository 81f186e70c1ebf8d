// A whole broker in a folder of its own, for tests of whoever uses one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "engines/storage/engine.h"
#include "formats/record/record.h"
#include "platform/os/file_system.h"
#include "platform/os/testing/temporary_directory.h"
#include "platform/runtime/testing/run.h"
#include "services/broker/broker.h"
#include "services/broker/embedded_log.h"

namespace tarn::broker::testing {

// One record without key and headers.
struct TestRecord {
  std::string value;
  Timestamp at = from_unix_millis(1'725'190'561'000);
};
Bytes batch_of(const std::vector<TestRecord>& records);
Bytes batch_of(const std::vector<std::string>& values);
// The values of the records at or after an offset.
std::vector<std::string> values_from(const std::vector<SharedBytes>& batches, Offset from);

class TestBroker {
 public:
  explicit TestBroker(BrokerOptions options = quick_options());
  // On another file system than the computer's.
  TestBroker(os::FileSystem& files, BrokerOptions options);
  ~TestBroker();

  // Groups do not wait for more members, seeds are fixed.
  static BrokerOptions quick_options();

  Broker& operator*() { return *broker_; }
  Broker* operator->() { return broker_.get(); }
  log::Log& log() { return *log_; }
  storage::Engine& engine() { return *engine_; }
  static constexpr size_t kPoolThreads = 2;
  runtime::BlockingPool& pool() { return pool_; }

  template <class T>
  T run(runtime::Awaitable<T> awaitable) {
    return runtime::testing::run(io_, std::move(awaitable));
  }
  // Until the groups are loaded.
  void wait_until_loaded();
  // Stops it and starts another one on the same folder.
  void restart() {
    restart_after([] {});
  }
  // The same, with something done in between.
  void restart_after(const std::function<void()>& act);

  boost::asio::io_context& io() { return io_; }
  telemetry::MetricRegistry& metrics() { return *metrics_; }
  const os::Clock& clock() const { return clock_; }

 private:
  void start();
  void stop();

  BrokerOptions options_;
  os::testing::TemporaryDirectory directory_;
  os::PosixFileSystem own_files_;
  os::FileSystem& files_;
  os::SystemClock clock_;
  std::unique_ptr<telemetry::MetricRegistry> metrics_;
  boost::asio::io_context io_{1};
  runtime::BlockingPool pool_{kPoolThreads};
  std::unique_ptr<storage::Engine> engine_;
  std::unique_ptr<Broker> broker_;
  std::unique_ptr<EmbeddedLog> log_;
};

}  // namespace tarn::broker::testing
