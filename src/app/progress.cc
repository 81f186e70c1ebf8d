#include "app/progress.h"

#include <chrono>

namespace tarn::app {
namespace {

constexpr auto kQuiet = std::chrono::seconds(2);

}  // namespace

Progress::Progress(Terminal& terminal, const os::Clock& clock, std::string what)
    : terminal_(terminal), clock_(clock), what_(std::move(what)), began_(clock.monotonic()) {}

Progress::~Progress() {
  terminal_.clear_status();
}

void Progress::tick() {
  auto elapsed = clock_.monotonic() - began_;
  if (elapsed < kQuiet) return;
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(elapsed).count();
  terminal_.status(what_ + " (" + std::to_string(seconds) + " s)");
}

}  // namespace tarn::app
