#include "engines/objectstore/testing/object_store_contract.h"

namespace tarn::objectstore::testing {

void ObjectStoreContract::put(const std::string& name, std::string_view content) {
  auto done = store().put(name, as_bytes(content));
  ASSERT_TRUE(done) << done.error().message();
}

void ObjectStoreContract::publish(const std::string& name, std::string_view content) {
  auto done = store().publish(under_test_->local_file(content), name);
  ASSERT_TRUE(done) << done.error().message();
}

std::string ObjectStoreContract::get(const std::string& name) {
  auto content = store().get(name);
  return content ? std::string(as_text(*content)) : "error: " + content.error().message();
}

std::vector<std::string> ObjectStoreContract::names(const std::string& prefix) {
  std::vector<std::string> found;
  auto listed = store().list(prefix);
  EXPECT_TRUE(listed);
  if (!listed) return found;
  for (const auto& info : *listed) found.push_back(info.name);
  return found;
}

using Names = std::vector<std::string>;

TEST_P(ObjectStoreContract, WhatWasPutIsReadBack) {
  put("a/b/c", "content");
  EXPECT_EQ(get("a/b/c"), "content");
}

TEST_P(ObjectStoreContract, AnEmptyObjectIsAnObject) {
  put("empty", "");
  EXPECT_EQ(get("empty"), "");
  EXPECT_EQ(store().head("empty")->value().size, 0U);
}

TEST_P(ObjectStoreContract, PutReplaces) {
  put("x", "one");
  put("x", "two");
  EXPECT_EQ(get("x"), "two");
}

TEST_P(ObjectStoreContract, PutIfAbsentTakesAFreeName) {
  ASSERT_TRUE(store().put_if_absent("log/0", as_bytes("first")));
  EXPECT_EQ(get("log/0"), "first");
}

TEST_P(ObjectStoreContract, PutIfAbsentLeavesWhatIsThere) {
  put("log/0", "first");
  auto second = store().put_if_absent("log/0", as_bytes("second"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::already_exists);
  EXPECT_EQ(get("log/0"), "first");
}

TEST_P(ObjectStoreContract, APublishedFileIsTheObjectAndIsGoneLocally) {
  const auto file = under_test_->local_file("rows");
  ASSERT_TRUE(store().publish(file, "t/part-1"));
  EXPECT_EQ(get("t/part-1"), "rows");
  EXPECT_FALSE(under_test_->local_file_exists(file));
}

TEST_P(ObjectStoreContract, PublishingTheSameContentAgainIsSuccess) {
  publish("t/part-1", "rows");
  publish("t/part-1", "rows");
  EXPECT_EQ(get("t/part-1"), "rows");
}

TEST_P(ObjectStoreContract, PublishDoesNotReplaceOtherContent) {
  put("t/part-1", "theirs");
  const auto file = under_test_->local_file("ours!!");
  auto done = store().publish(file, "t/part-1");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), ErrorCode::already_exists);
  EXPECT_EQ(get("t/part-1"), "theirs");
  EXPECT_TRUE(under_test_->local_file_exists(file));
}

TEST_P(ObjectStoreContract, WhatIsNotThereIsNotFound) {
  EXPECT_EQ(store().get("nothing").error().code(), ErrorCode::not_found);
  EXPECT_FALSE(store().head("nothing")->has_value());
  EXPECT_TRUE(names("nothing/").empty());
}

TEST_P(ObjectStoreContract, ListingGoesByPrefixInTheOrderOfBytes) {
  for (const char* name : {"t/b/2", "t/b/10", "t/a", "t2/x", "u"}) put(name, "1");
  EXPECT_EQ(names("t/"), (Names{"t/a", "t/b/10", "t/b/2"}));
  EXPECT_EQ(names("t"), (Names{"t/a", "t/b/10", "t/b/2", "t2/x"}));
  EXPECT_EQ(names("t/b/1"), (Names{"t/b/10"}));
  EXPECT_EQ(names("").size(), 5U);
}

TEST_P(ObjectStoreContract, ARemovedObjectIsGoneAndMayBeRemovedAgain) {
  put("x/y", "1");
  ASSERT_TRUE(store().remove("x/y"));
  EXPECT_FALSE(store().head("x/y")->has_value());
  EXPECT_TRUE(store().remove("x/y"));
}

TEST_P(ObjectStoreContract, NamesThatLeaveTheStoreAreRefused) {
  for (const std::string name :
       {"../x", "a/../../x", "/etc/passwd", "a//b", "", ".", "a/", "a/./b"}) {
    EXPECT_EQ(store().put(name, as_bytes("x")).error().code(), ErrorCode::invalid_argument) << name;
    EXPECT_EQ(store().get(name).error().code(), ErrorCode::invalid_argument) << name;
    EXPECT_EQ(store().remove(name).error().code(), ErrorCode::invalid_argument) << name;
  }
}

TEST_P(ObjectStoreContract, NamesWithNulOrEndlessPartsAreRefused) {
  const auto refused = ErrorCode::invalid_argument;
  EXPECT_EQ(store().put(std::string("a\0b", 3), as_bytes("x")).error().code(), refused);
  EXPECT_EQ(store().put(std::string(300, 'x'), as_bytes("x")).error().code(), refused);
  EXPECT_EQ(store().head("a\nb").error().code(), refused);
}

TEST_P(ObjectStoreContract, StrangeButLegalNamesWork) {
  for (const std::string name : {"day=a b/x", "p=%2F/x", "ü/é", "a+b=c&d", "-rf"}) {
    put(name, name);
    EXPECT_EQ(get(name), name);
    EXPECT_EQ(names(name), Names{name});
  }
}

}  // namespace tarn::objectstore::testing
