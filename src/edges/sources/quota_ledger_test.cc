#include "edges/sources/quota_ledger.h"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "platform/os/testing/manual_clock.h"
#include "platform/runtime/testing/run.h"
#include "services/log/testing/memory_log.h"

namespace tarn::sources {
namespace {

using namespace std::chrono_literals;

struct Ledger : ::testing::Test {
  boost::asio::io_context io{1};
  os::testing::ManualClock clock{*parse_iso8601("2024-09-01T00:00:00Z")};
  log::testing::MemoryLog log{io.get_executor()};
  std::unique_ptr<state::StateStore> state;
  std::unique_ptr<QuotaLedger> ledger;
  Quota daily{24, QuotaPeriod::day};

  void SetUp() override { restart(); }
  void restart() {
    state = std::make_unique<state::StateStore>(log, clock, state::StateOptions());
    ASSERT_TRUE(runtime::testing::run(io, state->load()));
    ledger = std::make_unique<QuotaLedger>(*state, clock);
  }
  bool reserve(const std::string& bucket = "b") {
    return runtime::testing::run(io, ledger->reserve(bucket, daily)).has_value();
  }
  int reserve_all() {
    int reserved = 0;
    while (reserve()) ++reserved;
    return reserved;
  }
};

TEST_F(Ledger, GivesThePeriodsCallsAndNoMore) {
  EXPECT_EQ(reserve_all(), 24);
  clock.advance(23h);
  EXPECT_FALSE(reserve());
  clock.advance(1h);
  EXPECT_EQ(reserve_all(), 24);
}

TEST_F(Ledger, RemembersAcrossARestart) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(reserve());
  restart();
  EXPECT_EQ(ledger->calls_left("b", daily), 4);
  EXPECT_EQ(reserve_all(), 4);
}

TEST_F(Ledger, ACallIsDurableBeforeItIsMade) {
  log.before_append([](const auto&) -> Status { return Error(ErrorCode::unavailable, "stopped"); });
  EXPECT_FALSE(reserve());
  log.before_append(nullptr);
  EXPECT_EQ(ledger->calls_left("b", daily), 23);
}

TEST_F(Ledger, BucketsAreApart) {
  EXPECT_EQ(reserve_all(), 24);
  EXPECT_TRUE(reserve("c"));
}

TEST_F(Ledger, AClockSetBackGivesNothingAwayTwice) {
  EXPECT_EQ(reserve_all(), 24);
  clock.set(*parse_iso8601("2024-08-01T00:00:00Z"));
  restart();
  EXPECT_FALSE(reserve());
  EXPECT_EQ(to_iso8601(ledger->resets_at("b", daily)), "2024-09-02T00:00:00Z");
}

TEST_F(Ledger, SpreadsWhatIsLeftOverTheRestOfThePeriod) {
  EXPECT_EQ(ledger->spread("b", daily, 1), Millis(1h));
  EXPECT_EQ(ledger->spread("b", daily, 2), Millis(2h));
  for (int i = 0; i < 12; ++i) ASSERT_TRUE(reserve());
  EXPECT_EQ(ledger->spread("b", daily, 1), Millis(2h));
  clock.advance(12h);
  EXPECT_EQ(ledger->spread("b", daily, 1), Millis(1h));
  EXPECT_EQ(ledger->spread("b", daily, 13), Millis(12h));
}

TEST_F(Ledger, SourcesOfOneBucketShare) {
  ledger->join("b");
  ledger->join("b");
  EXPECT_EQ(ledger->spread("b", daily, 1), Millis(2h));
  ledger->leave("b");
  EXPECT_EQ(ledger->spread("b", daily, 1), Millis(1h));
}

TEST_F(Ledger, ABucketsNameIsNoKey) {
  EXPECT_EQ(QuotaLedger::bucket_of("secret").find("secret"), std::string::npos);
  EXPECT_EQ(QuotaLedger::bucket_of("secret"), QuotaLedger::bucket_of("secret"));
  EXPECT_NE(QuotaLedger::bucket_of("secret"), QuotaLedger::bucket_of("secret2"));
}

}  // namespace
}  // namespace tarn::sources
