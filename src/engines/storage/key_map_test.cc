#include "engines/storage/key_map.h"

#include <map>

#include <gtest/gtest.h>

#include "base/random.h"

namespace tarn::storage {
namespace {

TEST(KeyMapTest, KnowsTheLatestOffsetOfEachKey) {
  KeyMap keys(1 << 20, {.first = 1, .second = 2});
  keys.put(as_bytes("a"), Offset(1));
  keys.put(as_bytes(""), Offset(2));
  keys.put(as_bytes("a"), Offset(3));
  EXPECT_EQ(keys.latest(as_bytes("a")), Offset(3));
  EXPECT_EQ(keys.latest(as_bytes("")), Offset(2));
  EXPECT_EQ(keys.latest(as_bytes("b")), std::nullopt);
  EXPECT_EQ(keys.keys(), 2U);
}

TEST(KeyMapTest, TakesAsManyKeysAsItSays) {
  KeyMap keys(10'000, {.first = 1, .second = 2});
  const size_t room = keys.room();
  EXPECT_GT(room, 100U);
  EXPECT_LT(room * 24, 10'000U);
  for (size_t i = 0; i < room; ++i) {
    keys.put(as_bytes(std::to_string(i)), Offset(static_cast<int64_t>(i)));
  }
  EXPECT_EQ(keys.room(), 0U);
  keys.put(as_bytes("0"), Offset(99'999));  // is there already
  EXPECT_EQ(keys.latest(as_bytes("0")), Offset(99'999));
  EXPECT_EQ(keys.latest(as_bytes("1")), Offset(1));
}

TEST(KeyMapTest, AgreesWithAMap) {
  Random random(5);
  KeyMap keys(1 << 20, {.first = 3, .second = 4});
  std::map<std::string, int64_t> model;
  for (int64_t i = 0; i < 20'000; ++i) {
    const std::string key = std::to_string(random.below(5000));
    keys.put(as_bytes(key), Offset(i));
    model[key] = i;
  }
  EXPECT_EQ(keys.keys(), model.size());
  for (const auto& [key, offset] : model) EXPECT_EQ(keys.latest(as_bytes(key)), Offset(offset));
}

}  // namespace
}  // namespace tarn::storage
