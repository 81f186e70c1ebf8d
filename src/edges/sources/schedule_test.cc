#include "edges/sources/schedule.h"

#include <gtest/gtest.h>

#include "edges/sources/backoff.h"

namespace tarn::sources {
namespace {

using namespace std::chrono_literals;

Timestamp at(std::string_view time) {
  return *parse_iso8601("2024-09-01T" + std::string(time) + "Z");
}
std::string next(const Schedule& schedule, std::optional<Timestamp> begun, Millis spread,
                 Timestamp now) {
  return to_iso8601(next_poll(schedule, begun, spread, now)).substr(11);
}

TEST(NextPoll, TheFirstIsNow) {
  EXPECT_EQ(next(Millis(15s), std::nullopt, 0s, at("11:00:00")), "11:00:00Z");
}

TEST(NextPoll, CountsFromTheBeginningOfTheLast) {
  EXPECT_EQ(next(Millis(15s), at("11:00:00"), 0s, at("11:00:04")), "11:00:15Z");
  EXPECT_EQ(next(Millis(15s), at("11:00:00"), 0s, at("11:07:00")), "11:07:00Z");
}

TEST(NextPoll, AQuotaStretchesTheInterval) {
  EXPECT_EQ(next(Millis(15s), at("11:00:00"), 90min, at("11:00:04")), "12:30:00Z");
}

TEST(NextPoll, AClockSetBackDelaysByOneIntervalAtMost) {
  EXPECT_EQ(next(Millis(15s), at("11:00:00"), 0s, at("08:00:00")), "08:00:15Z");
}

TEST(NextPoll, CronSlotsThatPassedAreNotMadeUpFor) {
  const Cron cron = *Cron::parse("*/5 * * * *");
  EXPECT_EQ(next(cron, at("10:00:00"), 0s, at("11:02:00")), "11:05:00Z");
  EXPECT_EQ(next(cron, at("11:05:00"), 0s, at("11:05:00")), "11:10:00Z");
}

TEST(NextPoll, CronTakesTheFirstSlotThatTheQuotaAllows) {
  const Cron cron = *Cron::parse("*/5 * * * *");
  EXPECT_EQ(next(cron, at("11:00:00"), 12min, at("11:00:01")), "11:15:00Z");
  EXPECT_EQ(next(cron, at("11:00:00"), 15min, at("11:00:01")), "11:15:00Z");
  EXPECT_EQ(next(cron, at("23:00:00"), 15min, at("11:00:01")), "11:05:00Z");
}

TEST(Backoff, DoublesUpToTheMostAndTakesAwayHalfAtMost) {
  Random random(1);
  const BackoffOptions options{Millis(1'000), Millis(8'000)};
  for (int attempt = 1; attempt < 100; ++attempt) {
    const Millis full = std::min(Millis(1'000 << std::min(attempt - 1, 10)), options.most);
    const Millis wait = backoff(options, attempt, {}, random);
    EXPECT_LE(wait, full);
    EXPECT_GE(wait, full / 2);
  }
}

TEST(Backoff, WhatTheServiceAsksForIsTheLeast) {
  Random random(1);
  EXPECT_EQ(backoff({}, 1, Millis(120'000), random), Millis(120'000));
  EXPECT_GT(backoff({}, 5, Millis(1), random), Millis(1));
}

}  // namespace
}  // namespace tarn::sources
