#include "base/uuid.h"

#include <gtest/gtest.h>

namespace tarn {
namespace {

TEST(Uuid, TextRoundTrips) {
  Random random(7);
  const Uuid id = Uuid::random(random);
  EXPECT_EQ(*Uuid::parse(id.to_string()), id);
  EXPECT_EQ(id.to_string()[14], '4');
}

TEST(Uuid, Base64IsKafkas) {
  // Kafka's MetadataTopicId constant, Uuid(0, 1).
  Uuid one;
  one.bytes[15] = 1;
  EXPECT_EQ(one.to_base64(), "AAAAAAAAAAAAAAAAAAAAAQ");
}

TEST(Uuid, WhatIsNoUuidIsRefused) {
  for (const char* text : {"", "x", "00000000-0000-0000-0000-00000000000",
                           "00000000-0000-0000-0000-0000000000000", "0000000000000000"}) {
    EXPECT_FALSE(Uuid::parse(text)) << text;
  }
}

}  // namespace
}  // namespace tarn
