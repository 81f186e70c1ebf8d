// What is waited for, shown while it takes long.
#pragma once

#include <string>

#include "app/terminal.h"
#include "platform/os/clock.h"

namespace tarn::app {

// One line on a terminal, from two seconds on and until the end of the scope; nothing elsewhere.
class Progress {
 public:
  Progress(Terminal& terminal, const os::Clock& clock, std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void now(std::string what) { what_ = std::move(what); }
  // Called again and again, every 100 ms or so.
  void tick();

 private:
  Terminal& terminal_;
  const os::Clock& clock_;
  std::string what_;
  os::MonotonicTime began_;
};

}  // namespace tarn::app
