#include "edges/sources/schedule.h"

#include <algorithm>

namespace tarn::sources {

Timestamp next_poll(const Schedule& schedule, std::optional<Timestamp> begun, Millis spread,
                    Timestamp now) {
  if (const auto* cron = std::get_if<Cron>(&schedule)) {
    const Timestamp spread_until = begun && *begun <= now ? *begun + spread : now;
    const Timestamp earliest = std::max(spread_until, now);
    return spread_until > now ? cron->next_after(earliest - Millis(1)) : cron->next_after(now);
  }
  const Millis interval = std::max(std::get<Millis>(schedule), spread);
  if (!begun) return now;
  return std::clamp(*begun + interval, now, now + interval);
}

}  // namespace tarn::sources
