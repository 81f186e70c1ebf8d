#include "app/secrets.h"

#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/pipeline/parse.h"
#include "platform/os/testing/temporary_directory.h"

namespace tarn::app {
namespace {

using testing::HasSubstr;

class SecretsOfAPipeline : public testing::Test {
 protected:
  Result<Secrets> find(const std::string& places) {
    std::string text =
        "sources: {a: {every: 1m, http: {url: http://h/, headers: {K: '${secret:TARN_TEST_ONE}', "
        "L: 'x ${secret:TARN_TEST_TWO}'}}}}\n" +
        places;
    return find_secrets(*pipeline::parse(text, {}), folder_.path());
  }

  os::testing::TemporaryDirectory folder_;
};

TEST_F(SecretsOfAPipeline, AllThatAreMissingAreNamedAtOnce) {
  auto found = find("");
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message(), HasSubstr("TARN_TEST_ONE (for sources.a.http.headers.K)"));
  EXPECT_THAT(found.error().message(), HasSubstr("TARN_TEST_TWO"));
}

TEST_F(SecretsOfAPipeline, ComeFromFileCommandAndEnvironment) {
  std::ofstream(folder_ / "one") << "from a file\n";
  auto found = find("secrets: {TARN_TEST_ONE: {file: one}, TARN_TEST_TWO: {command: cat one}}\n");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->at("TARN_TEST_ONE").reveal(), "from a file");
  EXPECT_EQ(found->at("TARN_TEST_TWO").reveal(), "from a file");
}

TEST_F(SecretsOfAPipeline, ACommandThatFailsShowsNoOutput) {
  auto found = find("secrets: {TARN_TEST_ONE: {command: echo hunter2; exit 3}}\n");
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message(), HasSubstr("its command failed"));
  EXPECT_THAT(found.error().message(), testing::Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace tarn::app
