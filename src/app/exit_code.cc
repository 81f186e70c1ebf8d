#include "app/exit_code.h"

namespace tarn::app {

ExitCode exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::unavailable:
    case ErrorCode::failed_precondition:
    case ErrorCode::timed_out:
      return kExitUnavailable;
    case ErrorCode::permission_denied:
      return kExitNoPermission;
    default:
      return kExitFailed;
  }
}

}  // namespace tarn::app
