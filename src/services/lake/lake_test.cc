#include <filesystem>

#include <gtest/gtest.h>

#include "services/lake/testing/lake_fixture.h"

namespace tarn::lake {
namespace {

using testing::kTime;
using testing::LakeTest;

TEST_F(LakeTest, RecordsBecomeRowsOfADeltaTable) {
  produce("flights", {R"({"id":1,"carrier":"AA"})", R"({"id":2,"carrier":"B6"})"});
  start({flights()});
  flush();
  EXPECT_EQ(sql("select id || carrier || _offset from flights order by id"), "1AA0 2B61");
  EXPECT_EQ(status().rows, 2U);
  EXPECT_EQ(status().version, 0);
  EXPECT_EQ(status().lag_records, 0);
}

TEST_F(LakeTest, FilesLieInTheirPartitions) {
  produce("flights", {R"({"id":1})"});
  start({flights()});
  flush();
  const auto names = objects("flights/year=2024/month=9/");
  ASSERT_EQ(names.size(), 1U);
  EXPECT_TRUE(names.front().ends_with(".zstd.parquet"));
  EXPECT_EQ(sql("select year || '-' || month from flights"), "2024-9");
}

TEST_F(LakeTest, ARestartGoesOnWhereTheTableIs) {
  produce("flights", {R"({"id":1})"});
  start({flights()});
  flush();
  stop();
  produce("flights", {R"({"id":2})"});
  start({flights()});
  flush();
  EXPECT_EQ(sql("select id from flights order by id"), "1 2");
  EXPECT_EQ(status().version, 1);
}

TEST_F(LakeTest, UncommittedRowsAreInTheAnswers) {
  produce("flights", {R"({"id":1})"});
  start({flights()});
  flush();
  produce("flights", {R"({"id":2})"});
  run_until([this] { return status().tail_rows > 0; });
  EXPECT_EQ(sql("select id from flights where year = 2024 order by id"), "1 2");
  EXPECT_EQ(status().rows, 1U);
}

TEST_F(LakeTest, StoppingCommitsTheTail) {
  start({flights()});
  produce("flights", {R"({"id":1})"});
  run_until([this] { return status().tail_rows > 0; });
  restart({flights()});
  flush();
  EXPECT_EQ(sql("select id from flights"), "1");
  EXPECT_EQ(status().version, 0);
}

TEST_F(LakeTest, NewFieldsBecomeColumns) {
  produce("flights", {R"({"id":1})"});
  start({flights()});
  flush();
  produce("flights", {R"({"id":2,"price":1.5,"leg":{"from":"LAX"}})"});
  flush();
  produce("flights", {R"({"id":3,"leg":{"to":"JFK"}})"});
  flush();
  EXPECT_EQ(sql("select concat(id, price, leg['from'], leg['to']) from flights order by id"),
            "1 21.5LAX 3JFK");
}

// ---- JSON objects

TEST_F(LakeTest, RecordsBecomeLinesOfJsonObjectsByTheirOwnTime) {
  produce("flights", {R"({"id":1})", "{\"id\":\n2}"});
  produce("flights", {R"({"id":3})"}, kTime + 86'400'000);
  start({objects_table()});
  flush("raw");
  EXPECT_EQ(text_of("raw/year=2024/month=09/day=01/data_113601.json"), "{\"id\":1}\n{\"id\": 2}\n");
  EXPECT_EQ(text_of("raw/year=2024/month=09/day=02/data_113601.json"), "{\"id\":3}\n");
  EXPECT_EQ(status("raw").rows, 3U);
}

TEST_F(LakeTest, ATakenNameGetsTheNextNumber) {
  start({objects_table()});
  for (int commit = 0; commit < 3; ++commit) {
    produce("flights", {R"({"id":)" + std::to_string(commit) + "}"});
    flush("raw");
  }
  EXPECT_EQ(text_of("raw/year=2024/month=09/day=01/data_113601.json"), "{\"id\":0}\n");
  EXPECT_EQ(text_of("raw/year=2024/month=09/day=01/data_113601-2.json"), "{\"id\":2}\n");
}

TEST_F(LakeTest, JsonObjectsGoOnAfterARestart) {
  produce("flights", {R"({"id":1})"});
  start({objects_table()});
  flush("raw");
  produce("flights", {R"({"id":2})"});
  restart({objects_table()});
  flush("raw");
  EXPECT_EQ(sql("select id from raw order by id"), "1 2");
  EXPECT_EQ(status("raw").version, 1);
  EXPECT_EQ(status("raw").files, 2U);
}

TEST_F(LakeTest, LinesHaveMetadataWhenItIsWanted) {
  produce("flights", {R"({"id":1} )", "{}"});
  auto spec = objects_table();
  spec.metadata_columns = true;
  start({spec});
  flush("raw");
  EXPECT_EQ(text_of("raw/year=2024/month=09/day=01/data_113601.json"),
            "{\"id\":1,\"_topic\":\"flights\",\"_partition\":0,\"_offset\":0,"
            "\"_time\":\"2024-09-01T11:36:01Z\",\"_key\":\"k\"}\n"
            "{\"_topic\":\"flights\",\"_partition\":0,\"_offset\":1,"
            "\"_time\":\"2024-09-01T11:36:01Z\",\"_key\":\"k\"}\n");
}

TEST_F(LakeTest, ARemovedFolderOfObjectsIsWrittenAnew) {
  produce("flights", {R"({"id":1})"});
  start({objects_table()});
  flush("raw");
  stop();
  std::filesystem::remove_all(directory / "lake/raw");
  start({objects_table()});
  flush("raw");
  EXPECT_EQ(sql("select id from raw"), "1");
}

TEST_F(LakeTest, TopicsAreReadAsRows) {
  produce("flights", {R"({"id":1})", "no json"});
  start({});
  EXPECT_EQ(sql("select _offset || value from log.flights"), "0{\"id\":1} 1no json");
}

}  // namespace
}  // namespace tarn::lake
