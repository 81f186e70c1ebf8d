#include "services/login/user_store.h"

#include <gtest/gtest.h>

#include "services/broker/testing/test_broker.h"

namespace tarn::login {
namespace {

using sasl::ScramHash;

sasl::ScramCredential credential(ScramHash hash, std::string_view password) {
  return sasl::make_credential(hash, password, Bytes(16, std::byte{7}));
}

struct StoredUsers : testing::Test {
  StoredUsers() { open(); }

  void open(Users configured = {}) {
    store.emplace(*broker, broker.io().get_executor(), std::move(configured));
    ASSERT_TRUE(store->load());
  }
  ErrorCode change(const std::string& user, std::vector<UserChange> changes) {
    const auto results = broker.run(store->change(std::move(changes)));
    const Status& result = results.at(user);
    return result ? ErrorCode::internal : result.error().code();
  }
  bool put(const std::string& user, ScramHash hash = ScramHash::sha256) {
    return change(user, {{user, hash, credential(hash, "secret")}}) == ErrorCode::internal;
  }

  broker::testing::TestBroker broker;
  std::optional<UserStore> store;
};

TEST_F(StoredUsers, AreThereAfterARestart) {
  ASSERT_TRUE(put("alice"));
  ASSERT_TRUE(put("alice", ScramHash::sha512));
  store.reset();
  broker.restart();
  open();
  ASSERT_NE(store->find("alice", ScramHash::sha256), nullptr);
  EXPECT_EQ(*store->find("alice", ScramHash::sha256), credential(ScramHash::sha256, "secret"));
  EXPECT_NE(store->find("alice", ScramHash::sha512), nullptr);
  EXPECT_EQ(store->find("bob", ScramHash::sha256), nullptr);
}

TEST_F(StoredUsers, AreGoneWithTheirLastPassword) {
  ASSERT_TRUE(put("alice"));
  EXPECT_EQ(change("alice", {{"alice", ScramHash::sha512, std::nullopt}}), ErrorCode::not_found);
  EXPECT_EQ(change("alice", {{"alice", ScramHash::sha256, std::nullopt}}), ErrorCode::internal);
  EXPECT_TRUE(store->all().empty());
  EXPECT_TRUE(broker->metadata("user/").empty());
}

TEST_F(StoredUsers, OfTheFileAreChangedThereOnly) {
  ASSERT_TRUE(put("alice"));
  open({{"alice", {.credentials = make_credentials("other"), .origin = Origin::configured}}});
  EXPECT_NE(*store->find("alice", ScramHash::sha256), credential(ScramHash::sha256, "secret"));
  EXPECT_EQ(change("alice", {{"alice", ScramHash::sha256, std::nullopt}}),
            ErrorCode::permission_denied);
}

TEST_F(StoredUsers, OneBadChangeOfAUserStopsAllOfThatUserOnly) {
  const auto good = credential(ScramHash::sha256, "x");
  const auto results = broker.run(store->change({{"alice", ScramHash::sha256, good},
                                                 {"alice", ScramHash::sha512, std::nullopt},
                                                 {"bob", ScramHash::sha256, good}}));
  EXPECT_FALSE(results.at("alice"));
  EXPECT_TRUE(results.at("bob"));
  EXPECT_EQ(store->all().size(), 1U);
}

TEST_F(StoredUsers, WeakOrNamelessOnesAreRefused) {
  auto weak = credential(ScramHash::sha256, "x");
  weak.iterations = 100;
  EXPECT_EQ(change("alice", {{"alice", ScramHash::sha256, weak}}), ErrorCode::invalid_argument);
  EXPECT_FALSE(put(""));
  EXPECT_FALSE(put("two\nlines"));
}

TEST(Credentials, HoldThePasswordSaltedAndHashedOnly) {
  const Credentials one = make_credentials("correct horse");
  const Credentials two = make_credentials("correct horse");
  EXPECT_EQ(as_text(encode_credentials(one)).find("correct horse"), std::string_view::npos);
  for (const auto hash : {ScramHash::sha256, ScramHash::sha512}) {
    EXPECT_NE(one.at(hash).salt, two.at(hash).salt);
    EXPECT_NE(one.at(hash).stored_key, two.at(hash).stored_key);
    EXPECT_GE(one.at(hash).iterations, sasl::kScramIterationsMin);
  }
}

TEST(Credentials, ThatAreBrokenAreNotRead) {
  const Bytes good = encode_credentials(make_credentials("secret"));
  ASSERT_TRUE(decode_credentials(good));
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode_credentials(BytesView(good).first(size))) << size;
  }
  Bytes longer = good;
  longer.push_back(std::byte{0});
  EXPECT_FALSE(decode_credentials(longer));
  Bytes newer = good;
  newer[0] = std::byte{2};
  EXPECT_FALSE(decode_credentials(newer));
}

}  // namespace
}  // namespace tarn::login
