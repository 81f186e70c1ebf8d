#include "services/broker/testing/test_broker.h"

#include "base/check.h"
#include "formats/record/batch_builder.h"
#include "formats/record/record_reader.h"

namespace tarn::broker::testing {

Bytes batch_of(const std::vector<TestRecord>& records) {
  record::BatchBuilder builder;
  for (const TestRecord& one : records) {
    builder.add({.offset = {},
                 .timestamp = one.at,
                 .key = std::nullopt,
                 .value = as_bytes(one.value),
                 .headers = {}});
  }
  return std::move(builder).finish();
}

Bytes batch_of(const std::vector<std::string>& values) {
  std::vector<TestRecord> records;
  for (const std::string& value : values) records.push_back({.value = value});
  return batch_of(records);
}

std::vector<std::string> values_from(const std::vector<SharedBytes>& batches, Offset from) {
  std::vector<std::string> values;
  for (const SharedBytes& batch : batches) {
    const auto status = record::for_each_record(batch.view(), [&](const auto& one) -> Status {
      if (one.offset >= from) values.emplace_back(as_text(one.value.value_or(BytesView())));
      return {};
    });
    check(status.has_value(), "a readable batch");
  }
  return values;
}

BrokerOptions TestBroker::quick_options() {
  BrokerOptions options;
  options.random_seed = 7;
  options.groups.initial_rebalance_delay = Millis(0);
  options.groups.offsets_partitions = 2;
  return options;
}

TestBroker::TestBroker(BrokerOptions options) : options_(options), files_(own_files_) {
  start();
}

TestBroker::TestBroker(os::FileSystem& files, BrokerOptions options)
    : options_(options), files_(files) {
  start();
}

TestBroker::~TestBroker() {
  stop();
}

void TestBroker::start() {
  metrics_ = std::make_unique<telemetry::MetricRegistry>();
  auto engine = storage::Engine::open(files_, clock_, telemetry::Logger::silent(), *metrics_,
                                      {.directory = directory_ / "data"});
  check(engine.has_value(), engine ? "" : engine.error().message());
  engine_ = *std::move(engine);
  auto broker = Broker::open({.engine = *engine_,
                              .pool = pool_,
                              .clock = clock_,
                              .logger = telemetry::Logger::silent(),
                              .metrics = *metrics_,
                              .executor = io_.get_executor()},
                             options_);
  check(broker.has_value(), broker ? "" : broker.error().message());
  broker_ = *std::move(broker);
  log_ = std::make_unique<EmbeddedLog>(*broker_);
  broker_->start();
}

void TestBroker::stop() {
  run([](Broker& broker) -> runtime::Awaitable<bool> {
    co_await broker.stop();
    co_return true;
  }(*broker_));
  log_.reset();
  broker_.reset();
  engine_.reset();
}

void TestBroker::restart_after(const std::function<void()>& act) {
  stop();
  act();
  start();
}

void TestBroker::wait_until_loaded() {
  run([](Broker& broker) -> runtime::Awaitable<bool> {
    co_await broker.groups().wait_until_loaded();
    co_return true;
  }(*broker_));
}

}  // namespace tarn::broker::testing
