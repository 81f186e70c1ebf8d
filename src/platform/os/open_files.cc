#include "platform/os/open_files.h"

#include <cerrno>

#include <sys/resource.h>

#include "platform/os/posix_error.h"

namespace tarn::os {

Result<uint64_t> raise_open_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return posix_error(errno, "reading", "the limit of open files");
  }
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return posix_error(errno, "raising", "the limit of open files");
  }
  return uint64_t{limit.rlim_cur};
}

}  // namespace tarn::os
