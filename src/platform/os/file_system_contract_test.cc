#include "platform/os/testing/file_system_contract.h"

#include "platform/os/testing/fault_file_system.h"
#include "platform/os/testing/temporary_directory.h"

namespace tarn::os::testing {
namespace {

struct PosixWorld {
  FileSystem& files() { return files_; }
  std::string root() { return directory_.path(); }

  PosixFileSystem files_;
  TemporaryDirectory directory_;
};

struct FaultWorld {
  FaultWorld() { EXPECT_TRUE(make_directories(files_, root())); }
  FileSystem& files() { return files_; }
  std::string root() { return "world"; }

  FaultFileSystem files_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Posix, FileSystemContract, PosixWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(Fault, FileSystemContract, FaultWorld);

}  // namespace
}  // namespace tarn::os::testing
