#include "edges/sources/page_batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edges/sources/checkpoint.h"
#include "edges/sources/redactor.h"
#include "formats/record/record_reader.h"
#include "services/log/partitioner.h"

namespace tarn::sources {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

struct Batches : ::testing::Test {
  BatchRules rules{.topic = TopicName("t"), .key = *json::Pointer::parse("/id")};

  PageBatches make(std::string_view body) {
    return make_batches(rules, PageRecords{*json::parse(body), false}, from_unix_millis(7), 1);
  }
  static std::vector<std::string> read(const PageBatches& made) {
    std::vector<std::string> found;
    for (const auto& batch : made.batches) {
      EXPECT_TRUE(record::for_each_record(batch.batch, [&](const record::Record& it) -> Status {
        const std::string key = it.key ? std::string(as_text(*it.key)) : "-";
        found.push_back(key + " " + std::string(as_text(*it.value)));
        return {};
      }));
    }
    return found;
  }
};

TEST_F(Batches, AValueIsTheElementOnOneLine) {
  EXPECT_THAT(read(make("[ {\"id\": 12345678901234567890,\n \"b\": 1.10} ]")),
              ElementsAre(R"(12345678901234567890 {"id":12345678901234567890,"b":1.10})"));
}

TEST_F(Batches, KeysAreTextsAndNullIsNone) {
  EXPECT_THAT(read(make(R"([{"id":"a\u00e9"},{"id":null},{},7,{"id":[1, 2]}])")),
              ElementsAre("aé {\"id\":\"a\\u00e9\"}", "- {\"id\":null}", "- {}", "- 7",
                          "[1,2] {\"id\":[1,2]}"));
}

TEST_F(Batches, ALargePageIsSeveralBatches) {
  rules.batch_bytes_max = 200;
  std::string body = "[";
  for (int i = 0; i < 50; ++i) body += (i ? "," : "") + std::string(R"({"id":1,"x":"yyyyyyyyyy"})");
  const auto made = make(body + "]");
  EXPECT_EQ(made.records, 50);
  EXPECT_GT(made.batches.size(), 5U);
  EXPECT_THAT(read(made), SizeIs(50));
  for (const auto& batch : made.batches) EXPECT_LE(batch.batch.size(), 200U);
}

TEST_F(Batches, KeysGoWhereKafkasClientsSendThem) {
  rules.partitions = 7;
  const auto made = make(R"([{"id":"foobar"}])");
  ASSERT_THAT(made.batches, SizeIs(1));
  EXPECT_EQ(made.batches[0].to.partition, log::partition_of_key(as_bytes("foobar"), 7));
}

TEST_F(Batches, AnEmptyPageIsNoBatch) {
  EXPECT_THAT(make("[]").batches, SizeIs(0));
  EXPECT_EQ(make_batches(rules, std::nullopt, from_unix_millis(7), 1).records, 0);
}

TEST(SourceCheckpoint, IsReadBackAsItWas) {
  Checkpoint checkpoint{.shape = "s", .next_url = "https://x/?a=\"${secret:0}", .page = 3};
  checkpoint.begun = from_unix_millis(1'725'190'561'000);
  checkpoint.records = 1LL << 60;
  checkpoint.single_page = true;
  const auto read = Checkpoint::parse(checkpoint.to_json());
  EXPECT_EQ(read->to_json(), checkpoint.to_json());
  EXPECT_EQ(Checkpoint::parse(Checkpoint().to_json())->begun, std::nullopt);
  EXPECT_FALSE(Checkpoint::parse("[]"));
  EXPECT_FALSE(Checkpoint::parse("{"));
}

TEST(SourceSecrets, AreHiddenAsTheyAreAndAsInUrls) {
  const Redactor redactor({"s3cr=t key", "abc"});
  EXPECT_EQ(redactor.hide("x s3cr=t key y s3cr%3Dt%20key abc"), "x *** y *** abc");
}

TEST(SourceSecrets, AreSealedAndRevealed) {
  const Redactor redactor({"long-secret", "long-secret-2"});
  const std::string url = "https://x/?a=long-secret&b=long-secret-2";
  const std::string sealed = redactor.seal(url);
  EXPECT_EQ(sealed.find("long"), std::string::npos);
  EXPECT_EQ(redactor.reveal(sealed), url);
}

}  // namespace
}  // namespace tarn::sources
