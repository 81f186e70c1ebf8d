// What the process tells the shell.
#pragma once

#include "base/error.h"

namespace tarn::app {

enum ExitCode : int {
  kExitOk = 0,
  kExitFailed = 1,
  kExitUsage = 2,
  kExitUnavailable = 69,  // nothing answers, or a port or folder is taken
  kExitNoPermission = 77,
  kExitConfiguration = 78,  // tarn.yaml
};

ExitCode exit_code_of(ErrorCode code);

}  // namespace tarn::app
