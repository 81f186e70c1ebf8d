#include "edges/sources/http_source.h"

#include <fstream>

#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edges/emulator/emulator.h"
#include "edges/sources/quota_ledger.h"
#include "engines/http/client.h"
#include "engines/http/server.h"
#include "engines/http/testing/packed.h"
#include "engines/http/testing/scripted_server.h"
#include "formats/record/record_reader.h"
#include "platform/os/testing/temporary_directory.h"
#include "platform/runtime/blocking_pool.h"
#include "platform/runtime/deadline.h"
#include "platform/runtime/sleep.h"
#include "platform/runtime/task_group.h"
#include "platform/runtime/testing/run.h"
#include "services/log/testing/memory_log.h"
#include "services/state/state_store.h"

namespace tarn::sources {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

// The system's clock, whose hands a test may move.
class SteppedClock final : public os::Clock {
 public:
  Timestamp now() const override { return system_.now() + step_; }
  os::MonotonicTime monotonic() const override { return system_.monotonic(); }
  void step(Millis by) { step_ += by; }

 private:
  os::SystemClock system_;
  Millis step_{0};
};

struct Source : ::testing::Test {
  boost::asio::io_context io{1};
  SteppedClock clock;
  os::PosixFileSystem files;
  os::testing::TemporaryDirectory directory;
  telemetry::MetricRegistry metrics;
  log::testing::MemoryLog log{io.get_executor()};
  http::Client client{clock, {}};
  runtime::BlockingPool pool{2};
  emulator::EmulatorOptions api{.page_records = 10, .key = "top-secret-key"};
  std::unique_ptr<emulator::Emulator> emulator;
  std::unique_ptr<state::StateStore> state;
  std::unique_ptr<QuotaLedger> quotas;
  HttpSourceOptions options{.name = "flights",
                            .topic = TopicName("flight-kafka-topic"),
                            .headers = {{"X-RapidAPI-Key", "top-secret-key"}},
                            .secrets = {"top-secret-key"},
                            .records = "/data/itineraries",
                            .key = "/id",
                            .timeout = 2'000ms};
  std::unique_ptr<HttpSource> source;

  template <class T>
  Result<T> run(runtime::Task<T> task) {
    return runtime::testing::run(io, std::move(task));
  }
  void serve(int records) {
    api.file = directory / "flights.jsonl";
    std::ofstream file(api.file);
    for (int i = 0; i < records; ++i)
      file << R"({"id": "f)" << i << R"(", "delay": )" << i << "}\n";
    file.close();
    auto opened =
        emulator::Emulator::open(io.get_executor(), files, clock, telemetry::Logger::silent(), api);
    ASSERT_TRUE(opened) << opened.error().message();
    emulator = *std::move(opened);
    ASSERT_TRUE(emulator->start());
    options.url = emulator->url();
  }
  void open_state() {
    source.reset();
    quotas.reset();
    state = std::make_unique<state::StateStore>(log, clock, state::StateOptions());
    ASSERT_TRUE(run(state->load()));
    quotas = std::make_unique<QuotaLedger>(*state, clock);
  }
  void restart() {
    open_state();
    auto created = HttpSource::create({io.get_executor(), clock, telemetry::Logger::silent(),
                                       metrics, client, pool, log, *state, *quotas},
                                      options);
    ASSERT_TRUE(created) << created.error().message();
    source = *std::move(created);
  }
  Result<int64_t> poll() {
    if (!source) restart();
    return run(source->poll_once());
  }
  std::vector<std::string> values() {
    std::vector<std::string> found;
    auto read = run(log.read({options.topic, PartitionId(0)}, Offset(0), {.bytes_max = 64 << 20}));
    if (!read) return {read.error().message()};
    for (const auto& batch : read->batches) {
      EXPECT_TRUE(record::for_each_record(batch.view(), [&](const record::Record& it) -> Status {
        found.push_back(std::string(as_text(*it.key)) + "=" + std::string(as_text(*it.value)));
        return {};
      }));
    }
    return found;
  }
  void TearDown() override {
    if (!emulator) return;
    runtime::testing::run(io, [](emulator::Emulator& e) -> runtime::Awaitable<bool> {
      co_await e.stop();
      co_return true;
    }(*emulator));
  }
};

TEST_F(Source, PollsAllPagesInOrder) {
  serve(35);
  EXPECT_EQ(poll(), 35);
  ASSERT_THAT(values(), SizeIs(35));
  EXPECT_EQ(values()[34], R"(f34={"id":"f34","delay":34})");
  EXPECT_EQ(emulator->calls(), 4);
  EXPECT_EQ(source->status().state, SourceState::running);
}

struct SourceOfStyle : Source, ::testing::WithParamInterface<emulator::Style> {};

TEST_P(SourceOfStyle, FindsThePagesByItself) {
  api.style = GetParam();
  serve(35);
  EXPECT_EQ(poll(), 35);
  EXPECT_EQ(emulator->calls(), 4);
  EXPECT_NE(source->status().pagination, "");
}

INSTANTIATE_TEST_SUITE_P(All, SourceOfStyle,
                         ::testing::Values(emulator::Style::page, emulator::Style::cursor,
                                           emulator::Style::offset, emulator::Style::link,
                                           emulator::Style::next));

TEST_F(Source, GoesOnWithThePageWhereItWasStopped) {
  serve(35);
  int appends = 0;
  log.before_append([&](const std::vector<log::RecordBatch>& batches) -> Status {
    const bool has_records = batches.front().to.topic == options.topic;
    if (has_records && ++appends > 2) return Error(ErrorCode::unavailable, "the log stopped");
    return {};
  });
  EXPECT_FALSE(poll());
  EXPECT_THAT(values(), SizeIs(20));
  log.before_append(nullptr);
  restart();
  EXPECT_EQ(poll(), 15);
  EXPECT_THAT(values(), SizeIs(35));
}

TEST_F(Source, TheQuotaIsKeptAcrossARestart) {
  options.quota = Quota{3, QuotaPeriod::month};
  serve(50);
  EXPECT_FALSE(poll());
  EXPECT_THAT(source->status().reason, HasSubstr("the quota of 3/month is used up until"));
  restart();
  EXPECT_FALSE(poll());
  EXPECT_EQ(emulator->calls(), 3);
  EXPECT_EQ(source->status().state, SourceState::waiting_quota);
  EXPECT_EQ(source->status().calls_left, 0);
}

TEST_F(Source, ANewPeriodGivesNewCalls) {
  options.quota = Quota{3, QuotaPeriod::month};
  serve(50);
  EXPECT_FALSE(poll());
  clock.step(31 * 24h);
  EXPECT_EQ(poll(), 20);
  EXPECT_THAT(values(), SizeIs(50));
}

TEST_F(Source, AClockSetBackGivesNoNewCalls) {
  options.quota = Quota{3, QuotaPeriod::month};
  serve(50);
  EXPECT_FALSE(poll());
  clock.step(-40 * 24h);
  restart();
  EXPECT_FALSE(poll());
  EXPECT_EQ(emulator->calls(), 3);
}

struct SourceAndQuotaStatus : Source, ::testing::WithParamInterface<int> {};

TEST_P(SourceAndQuotaStatus, AQuotaMessageIsNeverARecord) {
  api.quota = Quota{1, QuotaPeriod::month};
  api.quota_status = GetParam();
  options.records = std::nullopt;
  serve(5);
  EXPECT_EQ(poll(), 1);
  EXPECT_FALSE(poll());
  EXPECT_EQ(source->status().state, SourceState::waiting_quota);
  EXPECT_THAT(source->status().reason, HasSubstr("You have exceeded the MONTHLY quota"));
}

INSTANTIATE_TEST_SUITE_P(All, SourceAndQuotaStatus, ::testing::Values(429, 200));

TEST_F(Source, AWrongKeyIsToldAndHidden) {
  options.headers = {{"X-RapidAPI-Key", "another-secret"}};
  options.secrets = {"another-secret"};
  serve(5);
  EXPECT_FALSE(poll());
  EXPECT_EQ(source->status().state, SourceState::failing);
  EXPECT_THAT(source->status().reason, HasSubstr("the service answered 401 Unauthorized"));
  EXPECT_THAT(values(), SizeIs(0));
}

struct Expectation {
  emulator::Fault fault;
  SourceState state;
  const char* reason;
};
struct SourceAndFault : Source, ::testing::WithParamInterface<Expectation> {};

TEST_P(SourceAndFault, IsAStatusAndNoRecord) {
  api.fault = GetParam().fault;
  options.timeout = 100ms;
  serve(5);
  restart();
  runtime::TaskGroup group(io.get_executor(), {});
  group.spawn("source", source->run());
  runtime::testing::run(io, [](Source& t, runtime::TaskGroup& g) -> runtime::Awaitable<bool> {
    const auto until = t.clock.monotonic() + 5s;
    while (t.source->status().state == SourceState::running ||
           t.source->status().state == SourceState::starting) {
      co_await runtime::sleep_for(5ms);
      if (t.clock.monotonic() > until) break;
    }
    co_await g.stop();
    co_return true;
  }(*this, group));
  EXPECT_EQ(source->status().state, GetParam().state);
  EXPECT_THAT(source->status().reason, HasSubstr(GetParam().reason));
  EXPECT_THAT(values(), SizeIs(0));
}

INSTANTIATE_TEST_SUITE_P(
    All, SourceAndFault,
    ::testing::Values(
        Expectation{emulator::Fault::html, SourceState::failing, "the answer is not JSON"},
        Expectation{emulator::Fault::truncated, SourceState::waiting_retry, "ends in its middle"},
        Expectation{emulator::Fault::nesting, SourceState::failing, "nested too deeply"},
        Expectation{emulator::Fault::redirect_loop, SourceState::failing, "in a circle"},
        Expectation{emulator::Fault::hang, SourceState::waiting_retry, "longer than allowed"},
        Expectation{emulator::Fault::slow, SourceState::waiting_retry, "longer than allowed"}));

TEST_F(Source, AnUnchangedPageIsSkippedWhenAskedTo) {
  options.unchanged = Unchanged::skip;
  serve(25);
  EXPECT_EQ(poll(), 25);
  restart();
  EXPECT_EQ(poll(), 0);
  EXPECT_THAT(values(), SizeIs(25));
}

TEST_F(Source, APageThatWasNotModifiedGivesNoRecords) {
  serve(5);
  EXPECT_EQ(poll(), 5);
  EXPECT_EQ(poll(), 0);
  EXPECT_EQ(source->status().last_http_status, 304);
}

TEST_F(Source, APageCountsAgainWhenAskedTo) {
  options.unchanged = Unchanged::append;
  serve(5);
  EXPECT_EQ(poll(), 5);
  EXPECT_EQ(poll(), 5);
}

TEST_F(Source, AServiceThatDoesNotTurnPagesIsFoundOut) {
  options.pages = {.style = PageStyle::page, .parameter = "seite"};
  serve(35);
  EXPECT_FALSE(poll());
  EXPECT_THAT(source->status().reason, HasSubstr("page 2 is the same as an earlier page"));
  EXPECT_THAT(values(), SizeIs(10));
}

TEST_F(Source, APollEndsAfterItsPagesAndGoesOnInTheNext) {
  options.pages.pages_max = 2;
  serve(35);
  EXPECT_EQ(poll(), 20);
  EXPECT_EQ(poll(), 15);
  EXPECT_THAT(values(), SizeIs(35));
}

TEST_F(Source, NothingAtThePointerFails) {
  options.records = "/data/flights";
  serve(5);
  EXPECT_FALSE(poll());
  EXPECT_THAT(source->status().reason, HasSubstr("there is nothing at /data/flights: {\"data\":"));
}

TEST_F(Source, StaysPausedAcrossARestart) {
  serve(5);
  restart();
  ASSERT_TRUE(run(source->pause()));
  restart();
  EXPECT_FALSE(poll());
  EXPECT_EQ(source->status().state, SourceState::paused);
  EXPECT_FALSE(source->poll_now());
  ASSERT_TRUE(run(source->resume()));
  EXPECT_EQ(poll(), 5);
}

TEST_F(Source, TellsHowItWasLeftBeforeItRuns) {
  serve(5);
  EXPECT_EQ(poll(), 5);
  ASSERT_TRUE(run(source->pause()));
  restart();
  EXPECT_EQ(source->status().state, SourceState::paused);
  EXPECT_EQ(source->status().records, 5);
  EXPECT_FALSE(source->status().next_call);
}

TEST_F(Source, ItsLogSurvivesARestart) {
  serve(5);
  EXPECT_EQ(poll(), 5);
  restart();
  const auto lines = source->log_lines(10);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].text, "poll 1 ended: pages=1 records=5 calls=1");
}

TEST_F(Source, SecretsAreNotInTheState) {
  options.query = {{"api_key", "top-secret-key"}};
  serve(35);
  options.quota = Quota{2, QuotaPeriod::day};
  EXPECT_FALSE(poll());
  for (const auto& [key, text] : state->list("")) {
    EXPECT_THAT(key + text, Not(HasSubstr("top-secret")));
  }
  EXPECT_THAT(source->status().cursor, HasSubstr("api_key=***"));
}

TEST_F(Source, ADiskThatIsFullIsWaitedOut) {
  serve(5);
  log.before_append([&](const auto&) -> Status {
    return Error(ErrorCode::resource_exhausted, "the disk is full");
  });
  EXPECT_FALSE(poll());
  EXPECT_THAT(source->status().reason, HasSubstr("the disk is full"));
  log.before_append(nullptr);
  EXPECT_EQ(poll(), 5);
}

struct SourceOfPackedAnswers : Source {
  std::unique_ptr<http::testing::ScriptedServer> server;

  void answer(const std::string& encoding, const std::string& body) {
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    std::vector<std::string> answers = {head + "Content-Encoding: " + encoding +
                                        "\r\nContent-Length: " + std::to_string(body.size()) +
                                        "\r\n\r\n" + body};
    server = std::make_unique<http::testing::ScriptedServer>(io.get_executor(), std::move(answers));
    options.url = "http://127.0.0.1:" + std::to_string(server->port()) + "/";
    options.records = std::nullopt;
  }
  void TearDown() override { runtime::testing::run(io, server->stop()); }
};

TEST_F(SourceOfPackedAnswers, CompressionIsAskedForAndUndone) {
  answer("gzip", http::testing::gzip(R"([{"id":"a"},{"id":"b"}])"));
  EXPECT_EQ(poll(), 2);
  EXPECT_EQ(values()[1], R"(b={"id":"b"})");
  EXPECT_THAT(server->requests().front(), HasSubstr("Accept-Encoding: gzip, deflate\r\n"));
}

TEST_F(SourceOfPackedAnswers, ABombIsAStatusAndNoRecord) {
  options.body_bytes_max = 100'000;
  answer("gzip", http::testing::gzip("[\"" + std::string(10 << 20, 'x') + "\"]"));
  EXPECT_FALSE(poll());
  EXPECT_EQ(source->status().state, SourceState::failing);
  EXPECT_THAT(source->status().reason, HasSubstr("unpacks to more than 100000 bytes"));
  EXPECT_THAT(values(), SizeIs(0));
}

TEST_F(SourceOfPackedAnswers, WhatWasNotAskedForIsAStatus) {
  answer("br", "???");
  EXPECT_FALSE(poll());
  EXPECT_THAT(source->status().reason, HasSubstr("encoded as 'br'"));
}

runtime::Awaitable<bool> poll_twice_and_pause(HttpSource& source) {
  runtime::TaskGroup group(co_await boost::asio::this_coro::executor, {});
  group.spawn("source", source.run());
  while (source.status().polls < 1) co_await runtime::sleep_for(1ms);
  EXPECT_TRUE(source.poll_now());
  while (source.status().polls < 2) co_await runtime::sleep_for(1ms);
  EXPECT_TRUE(co_await source.pause());
  EXPECT_FALSE(source.poll_now());
  EXPECT_TRUE(co_await source.resume());
  EXPECT_TRUE(source.poll_now());
  while (source.status().polls < 3) co_await runtime::sleep_for(1ms);
  co_await group.stop();
  co_return true;
}

TEST_F(Source, RunsOnScheduleAndAtOnceWhenTold) {
  options.unchanged = Unchanged::append;
  options.schedule = Millis(1h);
  serve(15);
  restart();
  runtime::testing::run(io, poll_twice_and_pause(*source));
  EXPECT_THAT(values(), SizeIs(45));
  EXPECT_EQ(emulator->calls(), 6);
  const Millis wait = *source->status().next_call - clock.now();
  EXPECT_GT(wait, 59min);
}

TEST_F(Source, AClockSetBackDelaysNoPoll) {
  serve(1);
  options.schedule = Millis(1s);
  restart();
  auto polls_on = [](Source& test) -> runtime::Task<void> {
    runtime::TaskGroup group(co_await boost::asio::this_coro::executor,
                             [](const std::string&, const Error&) {});
    group.spawn("source", test.source->run());
    while (test.emulator->calls() < 1) co_await runtime::sleep_for(1ms);
    test.clock.step(-72h);
    while (test.emulator->calls() < 2) co_await runtime::sleep_for(1ms);
    test.clock.step(240h);
    while (test.emulator->calls() < 3) co_await runtime::sleep_for(1ms);
    co_await group.stop();
    co_return Status();
  };
  EXPECT_TRUE(run(runtime::with_deadline(polls_on(*this), clock.monotonic() + 10s)));
}

TEST_F(Source, ALogThatStoppedEndsIt) {
  serve(5);
  restart();
  log.before_append(
      [](const auto&) -> Status { return Error(ErrorCode::unavailable, "the log stopped"); });
  const auto ended = run(source->run());
  EXPECT_EQ(ended.error().message(), "the log stopped");
}

TEST_F(Source, ImpossibleOptionsAreRefused) {
  for (auto change : {+[](HttpSourceOptions& o) { o.url = "ftp://x"; },
                      +[](HttpSourceOptions& o) { o.records = "data"; },
                      +[](HttpSourceOptions& o) { o.key = "id"; },
                      +[](HttpSourceOptions& o) { o.schedule = Millis(999); },
                      +[](HttpSourceOptions& o) { o.pages = {.style = PageStyle::cursor}; }}) {
    HttpSourceOptions wrong = options;
    wrong.url = "http://127.0.0.1:1/";
    change(wrong);
    open_state();
    EXPECT_FALSE(HttpSource::create({io.get_executor(), clock, telemetry::Logger::silent(), metrics,
                                     client, pool, log, *state, *quotas},
                                    wrong));
  }
}

}  // namespace
}  // namespace tarn::sources
