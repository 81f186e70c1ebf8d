#include "platform/os/testing/temporary_directory.h"

#include <cstdlib>
#include <system_error>

#include "base/check.h"

namespace tarn::os::testing {

TemporaryDirectory::TemporaryDirectory()
    : path_((std::filesystem::temp_directory_path() / "tarn-test-XXXXXX").string()) {
  check(::mkdtemp(path_.data()) != nullptr, "a temporary folder can be made");
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace tarn::os::testing
