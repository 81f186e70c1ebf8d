#include "platform/os/posix_error.h"

#include <cerrno>
#include <string>
#include <system_error>

namespace tarn::os {
namespace {

ErrorCode code_of(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::not_found;
    case EEXIST:
      return ErrorCode::already_exists;
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case EFBIG:
    case ENOMEM:
      return ErrorCode::resource_exhausted;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::permission_denied;
    case ENOTEMPTY:
    case EISDIR:
    case EBUSY:
      return ErrorCode::failed_precondition;
    case EINVAL:
    case ENAMETOOLONG:
      return ErrorCode::invalid_argument;
    case EAGAIN:
    case ECONNREFUSED:
      return ErrorCode::unavailable;
    default:
      return ErrorCode::internal;
  }
}

}  // namespace

Error posix_error(int error_number, std::string_view doing, std::string_view path) {
  std::string message(doing);
  message.append(" ").append(path).append(": ");
  message += std::generic_category().message(error_number);
  return Error(code_of(error_number), std::move(message));
}

}  // namespace tarn::os
