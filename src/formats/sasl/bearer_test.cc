#include "formats/sasl/bearer.h"

#include <gtest/gtest.h>

namespace tarn::sasl {
namespace {

Result<BearerLogin> read(std::string text) {
  for (char& c : text) c = c == '|' ? '\x01' : c;
  return read_bearer(as_bytes(text));
}

TEST(SaslBearer, HasAToken) {
  for (const auto* message :
       {"n,,|auth=Bearer a.b.c||", "n,a=,|auth=bearer a.b.c||",
        "y,,|host=server.example.com|port=143|auth=BEARER a.b.c|traceId=1||"}) {
    const auto login = read(message);
    ASSERT_TRUE(login) << message;
    EXPECT_EQ(login->token, "a.b.c");
    EXPECT_EQ(login->acting_as, "");
  }
  EXPECT_EQ(read("n,a=alice,|auth=Bearer t||")->acting_as, "alice");
}

TEST(SaslBearer, AnythingElseIsRefused) {
  for (const auto* message :
       {"", "n", "n,", "n,,", "n,,|", "n,,||", "p=x,,|auth=Bearer t||", "n,b=x,|auth=Bearer t||",
        "n,,|auth=Bearer t|", "n,,|auth=Bearer t", "n,,auth=Bearer t||", "n,,|auth=Basic t||",
        "n,,|auth=Bearer ||", "n,,|=x||", "n,,|x||", "n,,|auth=Bearer t||x"}) {
    EXPECT_FALSE(read(message)) << message;
  }
}

}  // namespace
}  // namespace tarn::sasl
