// errno as an Error.
#pragma once

#include <string_view>

#include "base/error.h"

namespace tarn::os {

// "opening /x/y: No such file or directory"
Error posix_error(int error_number, std::string_view doing, std::string_view path);

}  // namespace tarn::os
