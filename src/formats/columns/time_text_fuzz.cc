// Instants and dates as text. The first eight bytes are a number, all of them a text. Oracles: what
// is written is read back, as far as texts have years; what is read is written so that it reads the
// same.
#include <cstring>

#include "base/check.h"
#include "formats/columns/time_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tarn;
  constexpr int64_t kYear10000Micros = 253'402'300'800'000'000;
  constexpr int64_t kYear0Micros = -62'167'219'200'000'000;
  constexpr int64_t kDayMicros = 86'400'000'000;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.ends_with('\n')) text.remove_suffix(1);  // of the corpus files
  if (const auto at = columns::parse_timestamp(text)) {
    check(columns::parse_timestamp(columns::timestamp_text(*at)) == at, "a time is read back");
  }
  if (const auto day = columns::parse_date(text)) {
    check(columns::parse_date(columns::date_text(*day)) == day, "a date is read back");
  }
  if (size == 0) return 0;
  int64_t number = 0;
  std::memcpy(&number, data, std::min(size, sizeof(number)));
  const auto written = columns::timestamp_text(number);
  const auto date = columns::date_text(number / kDayMicros);
  if (number < kYear0Micros || number >= kYear10000Micros) return 0;
  check(columns::parse_timestamp(written) == number, "a written time is read");
  check(columns::parse_date(date) == number / kDayMicros, "a written date is read");
  return 0;
}
