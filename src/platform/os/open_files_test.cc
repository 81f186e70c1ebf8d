#include "platform/os/open_files.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace tarn::os {
namespace {

TEST(OpenFiles, TheSoftLimitBecomesTheHardOne) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 64;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(*raise_open_file_limit(), before.rlim_max);
}

}  // namespace
}  // namespace tarn::os
