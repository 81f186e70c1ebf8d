// Texts of people and services: times, cron expressions, quotas, ids. Oracle: what is read is
// written so that it reads the same; a cron expression comes round again.
#include "base/check.h"
#include "base/cron.h"
#include "base/quota.h"
#include "base/time.h"
#include "base/uuid.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tarn;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.ends_with('\n')) text.remove_suffix(1);  // of the corpus files
  if (const auto at = parse_iso8601(text)) {
    const auto again = parse_iso8601(to_iso8601(*at));
    check(again && *again == *at, "a time is read back");
  }
  if (const auto cron = Cron::parse(text)) {
    const auto now = from_unix_millis(1'725'190'561'000);
    const auto next = cron->next_after(now);
    check(next > now && unix_millis(next) % 60'000 == 0, "a full minute in the future");
    check(cron->next_after(next) > next, "and another one after it");
  }
  if (const auto quota = Quota::parse(text)) {
    const auto again = Quota::parse(quota->to_string());
    check(again && again->calls == quota->calls && again->period == quota->period, "read back");
    const auto now = from_unix_millis(1'725'190'561'000);
    check(quota->period_start(now) <= now && now < quota->period_end(now), "now is in its period");
  }
  if (const auto id = Uuid::parse(text)) {
    check(*Uuid::parse(id->to_string()) == *id, "an id is read back");
  }
  return 0;
}
