#include "services/lake/row_decoder.h"

#include <gtest/gtest.h>

#include "formats/record/batch_builder.h"
#include "services/lake/object_commit.h"
#include "services/lake/text.h"

namespace tarn::lake {
namespace {

// Keeps the rows as they come, for looking at them.
class Rowkeeper final : public ColumnFiles {
 public:
  sql::ChunkPtr make_chunk(columns::Batch batch) override {
    last = batch;
    return sql::make_chunk(std::move(batch));
  }
  Result<std::vector<sql::ParquetFile>> write(sql::ParquetJob) override { return {}; }
  Status write_checkpoint(const std::string&, const std::string&) override { return {}; }
  Result<std::string> read_checkpoint(const std::string&) override { return {}; }
  columns::Batch last;
};

struct RowDecoding : ::testing::Test {
  Rowkeeper keeper;
  RowDecoder decoder{keeper, {}, {}};

  static SharedBytes batch_of(const std::vector<record::Record>& records) {
    record::BatchBuilder builder;
    for (const auto& record : records) builder.add(record);
    return SharedBytes(std::move(builder).finish());
  }
  Rows decode(const std::vector<record::Record>& records, int64_t begin = 0) {
    return decoder.decode({.partition = {TopicName("t"), PartitionId(3)},
                           .begin = Offset(begin),
                           .next = Offset(std::ssize(records))},
                          {batch_of(records)});
  }
};

TEST_F(RowDecoding, RowsHaveTheirPosition) {
  const auto rows = decode({{.timestamp = from_unix_millis(2), .value = as_bytes("{\"a\":1}")}});
  EXPECT_EQ(rows.rows, 1U);
  EXPECT_EQ(rows.next, Offset(1));
  EXPECT_EQ(keeper.last.find("_topic")->text_at(0), "t");
  EXPECT_EQ(keeper.last.find("_partition")->int64_at(0), 3);
  EXPECT_EQ(keeper.last.find("_time")->int64_at(0), 2000);
  EXPECT_TRUE(keeper.last.find("_key")->is_null(0));
}

TEST_F(RowDecoding, RecordsBeforeTheWantedOffsetArePassedOver) {
  const auto rows = decode({{.value = as_bytes("{}")}, {.value = as_bytes("{}")}}, 1);
  EXPECT_EQ(rows.rows, 1U);
  EXPECT_EQ(keeper.last.find("_offset")->int64_at(0), 1);
  EXPECT_EQ(rows.next, Offset(2));
}

TEST_F(RowDecoding, ARecordWithoutAValueIsARejectInItsPlace) {
  const auto rows = decode({{.value = as_bytes("x")}, {.key = as_bytes("k")}});
  ASSERT_EQ(rows.rejects.size(), 2U);
  EXPECT_EQ(rows.rejects[0].offset, Offset(0));
  EXPECT_EQ(rows.rejects[1].reason, "the record has no value");
  EXPECT_EQ(rows.chunk, nullptr);
}

TEST_F(RowDecoding, ABatchThatCannotBeUnfoldedIsOneReject) {
  const auto good = batch_of({{.value = as_bytes("{}")}, {.value = as_bytes("{}")}});
  Bytes torn(good.view().begin(), good.view().end());
  torn[record::kBatchHeaderBytes] = std::byte{0x7f};  // the length of the first record
  const auto rows = decoder.decode(
      {.partition = {TopicName("t"), PartitionId(0)}, .begin = Offset(0), .next = Offset(2)},
      {SharedBytes(std::move(torn)), good});
  ASSERT_EQ(rows.rejects.size(), 1U);
  EXPECT_TRUE(rows.rejects[0].reason.starts_with("the batch cannot be unfolded"));
  EXPECT_EQ(rows.rows, 2U) << "those of the other batch";
}

TEST_F(RowDecoding, TimesBeyondTheirTypeAreNull) {
  decode({{.timestamp = Timestamp::max(), .value = as_bytes("{}")}});
  EXPECT_TRUE(keeper.last.find("_time")->is_null(0));
}

TEST(ObjectCommitText, WhatWasWrittenIsReadBack) {
  Random random(1);
  ObjectCommit commit{
      .table_id = Uuid::random(random),
      .id = Uuid::random(random),
      .objects = {{.staged = "0.json", .name = "t/a", .size = 5, .first = from_unix_millis(-3)}},
      .next = {{{TopicName("t"), PartitionId(1)}, Offset(7)}},
      .topics = {{TopicName("t"), Uuid::random(random)}},
      .schema = "{}",
      .commits = 2,
      .rows = 3};
  EXPECT_EQ(*read_object_commit(write_object_commit(commit)), commit);
  for (const char* text : {"", "{}", "[]", R"({"table_id":1})"}) {
    EXPECT_FALSE(read_object_commit(text)) << text;
  }
}

}  // namespace
}  // namespace tarn::lake
