#include "edges/sources/status.h"

namespace tarn::sources {

std::string_view to_string(SourceState state) {
  switch (state) {
    case SourceState::starting:
      return "starting";
    case SourceState::running:
      return "running";
    case SourceState::waiting_quota:
      return "waiting: quota";
    case SourceState::waiting_retry:
      return "waiting: retry";
    case SourceState::failing:
      return "failing";
    case SourceState::paused:
      return "paused";
  }
  return "starting";
}

}  // namespace tarn::sources
