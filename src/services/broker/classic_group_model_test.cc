// Random members come, go, fall silent and lie; whatever they do, some things hold.
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "base/random.h"
#include "services/broker/classic_group.h"

namespace tarn::broker {
namespace {

using namespace std::chrono_literals;

class GroupModel {
 public:
  explicit GroupModel(uint64_t seed) : random_(seed) {}

  void step() {
    switch (random_.below(10)) {
      case 0:
      case 1:
        join("", random_.below(3) == 0 ? "static-" + std::to_string(random_.below(3)) : "");
        break;
      case 2:
      case 3:
        join(some_member(), "");
        break;
      case 4:
      case 5:
        sync();
        break;
      case 6:
        finish_store();
        break;
      case 7:
        group_.heartbeat({GroupId("g"), group_.generation(), some_member(), {}}, now_);
        break;
      case 8:
        if (random_.below(3) == 0) group_.leave({some_member(), {}}, now_);
        break;
      default:
        now_ += Millis(random_.below(5'000));
        group_.tick(now_);
        EXPECT_FALSE(is_spinning());
    }
    collect();
  }

  // Nobody says anything any more.
  void fall_silent() {
    for (int i = 0; i < 2'000; ++i) {
      now_ += 1s;
      group_.tick(now_);
      finish_store();
      collect();
    }
    EXPECT_EQ(group_.state(), GroupState::empty);
    EXPECT_TRUE(group_.is_idle());
    EXPECT_FALSE(group_.next_deadline());
    EXPECT_TRUE(waiting_.empty()) << "every request is answered";
  }

 private:
  bool is_spinning() {
    collect();
    const auto next = group_.next_deadline();
    return next && *next <= now_;
  }
  std::string some_member() {
    return "m" + std::to_string(random_.below(static_cast<uint64_t>(next_member_) + 1));
  }
  void join(const std::string& member_id, const std::string& instance) {
    const RequestId id = next_request_++;
    waiting_.insert(id);
    JoinRequest request{.group = GroupId("g"),
                        .member_id = member_id,
                        .instance_id = {},
                        .client_id = "c",
                        .client_host = "h",
                        .session_timeout = Millis(6'000 + random_.below(10'000)),
                        .rebalance_timeout = Millis(random_.below(30'000)),
                        .protocol_type = random_.below(20) == 0 ? "connect" : "consumer",
                        .protocols = {{"range", {}}}};
    if (!instance.empty()) request.instance_id = instance;
    if (random_.below(2) == 0) request.protocols.push_back({"sticky", {}});
    if (random_.below(2) == 0) request.member_id_rule = MemberIdRule::required;
    if (random_.below(2) == 0) request.skip_assignment = SkipAssignment::understood;
    group_.join(id, std::move(request), "m" + std::to_string(++next_member_), now_);
  }
  void sync() {
    const RequestId id = next_request_++;
    waiting_.insert(id);
    SyncRequest request{.group = GroupId("g"),
                        .generation = group_.generation(),
                        .member_id = random_.below(2) == 0 ? leader_ : some_member(),
                        .instance_id = {},
                        .assignments = {{some_member(), {}}}};
    group_.sync(id, std::move(request), now_);
  }
  void finish_store() {
    if (stores_.empty()) return;
    const uint64_t id = stores_.begin()->first;
    stores_.erase(stores_.begin());
    group_.stored(id, random_.below(5) == 0 ? ClassicGroup::Stored::no : ClassicGroup::Stored::yes,
                  now_);
  }
  void collect() {
    for (GroupAction& action : group_.take_actions()) {
      if (auto* join = std::get_if<AnswerJoin>(&action)) check_join(*join);
      if (auto* sync = std::get_if<AnswerSync>(&action)) {
        EXPECT_EQ(waiting_.erase(sync->to), 1U) << "answered once";
      }
      if (auto* store = std::get_if<StoreGroup>(&action)) {
        EXPECT_TRUE(stores_.emplace(store->store_id, store->group).second);
      }
    }
    EXPECT_GE(group_.generation(), generation_) << "generations do not go back";
    generation_ = group_.generation();
  }
  void check_join(const AnswerJoin& join) {
    EXPECT_EQ(waiting_.erase(join.to), 1U) << "answered once";
    const JoinAnswer& answer = join.answer;
    if (answer.error != GroupError::none) return;
    const auto type = types_.emplace(answer.generation, *answer.protocol_type).first;
    EXPECT_EQ(answer.protocol_type, type->second) << "one type a generation";
    EXPECT_TRUE(answer.protocol == "range" || answer.protocol == "sticky");
    if (answer.members.empty()) return;
    EXPECT_EQ(answer.leader, answer.member_id) << "the leader alone sees the members";
    const auto [known, is_new] = leaders_.emplace(answer.generation, answer.leader);
    EXPECT_TRUE(is_new || known->second == answer.leader || answer.skip_assignment)
        << "one leader a generation";
    leader_ = answer.leader;
  }

  Random random_;
  ClassicGroup group_{GroupId("g"), {.initial_rebalance_delay = 500ms, .members_max = 6}};
  ClassicGroup::Time now_{};
  RequestId next_request_ = 1;
  int next_member_ = 0;
  std::set<RequestId> waiting_;
  std::map<uint64_t, StoredGroup> stores_;
  std::map<int32_t, std::string> leaders_;
  std::map<int32_t, std::string> types_;
  std::string leader_ = "m1";
  int32_t generation_ = 0;
};

TEST(ClassicGroupModel, WhateverTheMembersDo) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    GroupModel model(seed);
    for (int i = 0; i < 400; ++i) model.step();
    model.fall_silent();
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace tarn::broker
