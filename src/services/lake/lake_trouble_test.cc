// What a table does when its input, its topics or its folder are not as they should be.
#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>

#include "formats/record/placeholder.h"
#include "formats/record/record_reader.h"
#include "formats/record/validate.h"
#include "formats/table_format/delta_entry.h"
#include "formats/table_format/delta_paths.h"
#include "services/lake/testing/lake_fixture.h"

namespace tarn::lake {
namespace {

struct LakeInTrouble : testing::LakeTest {
  const TopicPartition flights_0{TopicName("flights"), PartitionId(0)};

  // "key: reason" of all dead letters.
  std::vector<std::string> dead_letters() {
    std::vector<std::string> letters;
    auto read = run(log.read({TopicName("flights.dead-letter"), PartitionId(0)}, Offset(0), {}));
    if (!read) return letters;
    for (const auto& batch : read->batches) {
      EXPECT_TRUE(record::for_each_record(batch.view(), [&](const record::Record& it) -> Status {
        std::string letter(as_text(*it.key));
        for (const auto& header : it.headers) {
          if (header.key == "tarn.reason") letter += ": " + std::string(as_text(*header.value));
        }
        letters.push_back(letter);
        return {};
      }));
    }
    return letters;
  }
  void wait_until_stopped() {
    run_until([this] { return status().state == TableState::stopped; });
  }
  void write_entry(int64_t version, const std::string& text) {
    ASSERT_TRUE(
        store->put("flights/_delta_log/" + table_format::entry_name(version), as_bytes(text)));
  }
  std::vector<table_format::Action> entry(int64_t version) {
    const auto text = store->get("flights/_delta_log/" + table_format::entry_name(version));
    return *table_format::read_entry(as_text(*text));
  }
};

TEST_F(LakeInTrouble, WhatIsNoJsonObjectIsADeadLetterWithItsReason) {
  produce("flights", {R"({"id":1})", "<html>", "[1]"});
  start({flights()});
  flush();
  EXPECT_EQ(sql("select id from flights"), "1");
  ASSERT_EQ(dead_letters().size(), 2U);
  EXPECT_TRUE(dead_letters()[0].starts_with("flights/0/1: ")) << dead_letters()[0];
  EXPECT_TRUE(dead_letters()[1].starts_with("flights/0/2: ")) << dead_letters()[1];
  EXPECT_EQ(status().dead_letters, 2U);
}

TEST_F(LakeInTrouble, ABatchThatNobodyCanUnfoldIsADeadLetterAndTheTableGoesOn) {
  produce("flights", {R"({"id":1})"});
  record::BatchBuilder builder({.codec = record::Codec::zstd});
  builder.add({.value = as_bytes("value")});
  Bytes noise = std::move(builder).finish();
  std::ranges::fill(std::span(noise).subspan(record::kBatchHeaderBytes), std::byte{1});
  record::set_max_timestamp(noise,
                            from_unix_millis(testing::kTime));  // with the checksum of the noise
  std::vector<log::RecordBatch> batches;
  batches.push_back({.to = flights_0, .batch = std::move(noise)});
  ASSERT_TRUE(run(log.append(std::move(batches))));
  produce("flights", {R"({"id":2})"});
  start({flights()});
  flush();
  EXPECT_EQ(sql("select count(*) || ' to ' || max(id) from flights"), "2 to 2");
  ASSERT_EQ(dead_letters().size(), 1U);
  EXPECT_TRUE(dead_letters()[0].starts_with("flights/0/1: the batch cannot be unfolded"));
}

TEST_F(LakeInTrouble, ADeadLetterIsNotWrittenAgainAfterARestart) {
  produce("flights", {"bad"});
  start({flights()});
  std::filesystem::create_directories(directory / "lake");
  std::ofstream(directory / "lake/flights") << "a file where the table's folder should be";
  EXPECT_FALSE(run(lake->flush("flights")));
  EXPECT_EQ(dead_letters().size(), 1U);
  stop();
  std::filesystem::remove(directory / "lake/flights");
  start({flights()});
  flush();
  EXPECT_EQ(dead_letters().size(), 1U);
}

TEST_F(LakeInTrouble, ATableThatCannotBeWrittenSaysWhyAndGoesOnByItself) {
  produce("flights", {R"({"id":1})"});
  std::filesystem::create_directories(directory / "lake");
  std::ofstream(directory / "lake/flights") << "a file where the table's folder should be";
  start({flights()});
  const auto refused = run(lake->flush("flights"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(status().state, TableState::waiting);
  EXPECT_NE(status().reason.find("lake/flights"), std::string::npos) << status().reason;
  std::filesystem::remove(directory / "lake/flights");
  run_until([this] { return status().state == TableState::running; });
  flush();
  EXPECT_EQ(sql("select id from flights"), "1");
}

TEST_F(LakeInTrouble, ANameOfAnEntryThatIsTakenByNoneIsWaitedFor) {
  produce("flights", {R"({"id":1})"});
  start({flights()});
  run_until([this] { return status().state == TableState::running; });
  const auto log = directory / "lake/flights/_delta_log";
  std::filesystem::create_directories(log);
  std::filesystem::create_symlink("nowhere", log + "/00000000000000000000.json");
  EXPECT_FALSE(run(lake->flush("flights")));
  EXPECT_EQ(status().state, TableState::waiting);
  EXPECT_NE(status().reason.find("is taken"), std::string::npos) << status().reason;
  std::filesystem::remove(log + "/00000000000000000000.json");
  run_until([this] { return status().state == TableState::running; });
  EXPECT_EQ(sql("select id from flights"), "1");
}

TEST_F(LakeInTrouble, AFolderRemovedUnderATableIsNotWrittenOn) {
  produce("flights", {R"({"id":1})"});
  start({flights()});
  flush();
  std::filesystem::rename(directory / "lake/flights", directory / "elsewhere");
  produce("flights", {R"({"id":2})"});
  EXPECT_FALSE(run(lake->flush("flights")));
  EXPECT_EQ(status().state, TableState::waiting);
  EXPECT_NE(status().reason.find("is gone"), std::string::npos) << status().reason;
  EXPECT_TRUE(objects("flights/").empty());
  std::filesystem::rename(directory / "elsewhere", directory / "lake/flights");
  run_until([this] { return status().state == TableState::running; });
  flush();
  EXPECT_EQ(sql("select id from flights order by id"), "1 2");
}

TEST_F(LakeInTrouble, ARemovedTableIsWrittenAnewByTheNextStart) {
  produce("flights", {R"({"id":1})"});
  start({flights()});
  flush();
  std::filesystem::remove_all(directory / "lake");
  produce("flights", {R"({"id":2})"});
  restart({flights()});
  flush();
  EXPECT_EQ(sql("select id from flights order by id"), "1 2");
  EXPECT_EQ(status().version, 0);
}

TEST_F(LakeInTrouble, ALogThatSaysNothingStopsTheTable) {
  write_entry(0, "");
  start({flights()});
  wait_until_stopped();
  EXPECT_NE(status().reason.find("none that says what the table is"), std::string::npos)
      << status().reason;
}

TEST_F(LakeInTrouble, ATableLeavesTheLastSpaceToTheLog) {
  disk_reserve_bytes = uint64_t{1} << 60;
  produce("flights", {R"({"id":1})"});
  start({flights()});
  EXPECT_FALSE(run(lake->flush("flights")));
  EXPECT_EQ(status().state, TableState::waiting);
  EXPECT_NE(status().reason.find("MB left"), std::string::npos) << status().reason;
  EXPECT_TRUE(objects("flights/").empty());
}

TEST_F(LakeInTrouble, AFieldThatChangesItsTypeIsRescued) {
  produce("flights", {R"({"id":1,"delay":5})"});
  start({flights()});
  flush();
  produce("flights", {R"({"id":2,"delay":"late"})"});
  flush();
  EXPECT_EQ(sql("select concat(id, delay, _rescued ->> 'delay') from flights order by id"),
            "15 2late");
}

TEST_F(LakeInTrouble, AFrozenTableRescuesNewFields) {
  auto spec = flights();
  spec.schema = SchemaPolicy::freeze;
  produce("flights", {R"({"id":1,"delay":5})"});
  start({spec});
  flush();
  produce("flights", {R"({"id":2,"delay":"late","gate":"A1"})"});
  flush();
  restart({spec});
  produce("flights", {R"({"id":3,"crew":4})"});
  flush();
  EXPECT_EQ(sql("select concat(id, ':', delay, _rescued) from flights order by id"),
            R"(1:5 2:{"delay": "late", "gate": "A1"} 3:{"crew": 4})");
}

TEST_F(LakeInTrouble, RecordsThatDoNotFitAreDeadLettersWhenThatIsWanted) {
  auto spec = flights();
  spec.schema = SchemaPolicy::reject_row;
  produce("flights", {R"({"id":1})"});
  start({spec});
  flush();
  produce("flights", {R"({"id":"x"})", R"({"id":2,"gate":"A1"})", R"({"id":3})"});
  flush();
  EXPECT_EQ(sql("select id from flights order by id"), "1 3");
  ASSERT_EQ(dead_letters().size(), 2U);
  EXPECT_TRUE(dead_letters()[1].starts_with("flights/0/2: the field 'gate' "));
}

TEST_F(LakeInTrouble, ValuesThatDoNotFitAreNullWhenThatIsWanted) {
  auto spec = flights();
  spec.schema = SchemaPolicy::null_value;
  produce("flights", {R"({"id":1,"delay":5})"});
  start({spec});
  flush();
  produce("flights", {R"({"id":2,"delay":"late","gate":"A1"})"});
  flush();
  EXPECT_EQ(sql("select concat(id, ':', delay) from flights order by id"), "1:5 2:");
  EXPECT_TRUE(dead_letters().empty());
}

TEST_F(LakeInTrouble, ATableWithoutColumnsIsNotFrozenYet) {
  auto spec = flights();
  spec.schema = SchemaPolicy::freeze;
  produce("flights", {"bad"});
  start({spec});
  flush();
  produce("flights", {R"({"id":1})"});
  flush();
  EXPECT_EQ(sql("select id from flights"), "1");
}

TEST_F(LakeInTrouble, RecordsAreNeededUntilTheyAreInTheTable) {
  produce("flights", {R"({"id":1})", R"({"id":2})"});
  start({flights()});
  EXPECT_EQ(holds.at("table flights").topics, flights().topics);
  EXPECT_TRUE(holds.at("table flights").from.empty()) << "all, before the table is read";
  run_until([this] { return status().tail_rows == 2; });
  EXPECT_EQ(holds.at("table flights").from.at(flights_0), Offset(0));
  flush();
  EXPECT_EQ(holds.at("table flights").from.at(flights_0), Offset(2));
  EXPECT_EQ(status().positions.at(flights_0), Offset(2));
  holds.clear();
  restart({flights()});
  flush();
  EXPECT_EQ(holds.at("table flights").from.at(flights_0), Offset(2));
}

TEST_F(LakeInTrouble, FieldsNamedLikePartitionColumnsAreRenamed) {
  produce("flights", {R"({"year":7,"_offset":9})"});
  start({flights()});
  flush();
  EXPECT_EQ(sql("select concat(year, '|', year_, '|', _offset, '|', _offset_) from flights"),
            "2024|7|0|9");
}

TEST_F(LakeInTrouble, TimesOf1970AndOf50000HaveTheirPartitions) {
  constexpr int64_t kYear50000 = 1'515'680'380'800'000;
  produce("flights", {R"({"id":1})"}, 0);
  produce("flights", {R"({"id":2})"}, kYear50000);
  start({flights()});
  flush();
  EXPECT_EQ(sql("select year || '-' || month from flights order by id"), "1970-1 50000-1");
  EXPECT_EQ(objects("flights/year=50000/month=1/").size(), 1U);
}

TEST_F(LakeInTrouble, APlainPartitionColumnMayBeMissingOrStrange) {
  produce("flights", {R"({"carrier":"A/B %"})", "{}", R"({"carrier":""})"});
  auto spec = flights();
  spec.partition_by = {*parse_partition_field("carrier")};
  start({spec});
  flush();
  EXPECT_EQ(objects("flights/carrier=A%2FB %25/").size(), 1U);
  EXPECT_EQ(sql("select count(*) from flights where carrier = 'A/B %'"), "1");
  EXPECT_EQ(sql("select count(*) from flights"), "3");
  produce("flights", {R"({"carrier":"X"})"});
  restart({spec});
  flush();
  EXPECT_EQ(sql("select count(*) from flights where carrier = 'X'"), "1");
}

TEST_F(LakeInTrouble, AGapIsWrittenIntoTheCommitAndTheStatus) {
  produce("flights", {R"({"id":1})"});
  start({flights()});
  flush();
  stop();
  produce("flights", {R"({"id":2})"});
  produce("flights", {R"({"id":3})"});
  log.delete_records_before(flights_0, Offset(2));
  start({flights()});
  flush();
  EXPECT_EQ(sql("select id from flights order by id"), "1 3");
  ASSERT_EQ(status().notices.size(), 1U);
  EXPECT_NE(status().notices[0].find("records 1 to 1 of flights/0"), std::string::npos);
  EXPECT_EQ(std::get<table_format::CommitInfo>(entry(1).front()).notices, status().notices);
}

TEST_F(LakeInTrouble, WhatARepairGaveUpIsWrittenIntoTheCommitAndTheStatus) {
  produce("flights", {R"({"id":1})"});
  std::vector<log::RecordBatch> lost;
  lost.push_back({flights_0, record::build_placeholder(Offset(0), Offset(3), LeaderEpoch(0))});
  ASSERT_TRUE(run(log.append(std::move(lost))));
  produce("flights", {R"({"id":2})"});
  start({flights()});
  flush();
  EXPECT_EQ(sql("select id from flights order by id"), "1 2");
  ASSERT_EQ(status().notices.size(), 1U);
  EXPECT_NE(status().notices[0].find("records 1 to 3 of flights/0"), std::string::npos);
  EXPECT_EQ(std::get<table_format::CommitInfo>(entry(0).front()).notices, status().notices);
}

TEST_F(LakeInTrouble, ATopicMadeAgainStopsTheTable) {
  produce("flights", {R"({"id":1})"});
  start({flights()});
  flush();
  stop();
  log.delete_topic(TopicName("flights"));
  produce("flights", {R"({"id":9})"});
  start({flights()});
  wait_until_stopped();
  EXPECT_NE(status().reason.find("was deleted and made again"), std::string::npos);
  EXPECT_EQ(sql("select id from flights"), "1") << "the table is read on";
}

TEST_F(LakeInTrouble, ASecondWriterOfTheSamePositionsStopsThis) {
  produce("flights", {R"({"id":1})"});
  start({flights()});
  flush();
  auto theirs = entry(0);
  for (auto& action : theirs) {
    if (auto* position = std::get_if<table_format::Transaction>(&action)) position->version = 50;
  }
  std::erase_if(theirs, [](const auto& action) {
    return !std::holds_alternative<table_format::Transaction>(action);
  });
  write_entry(1, table_format::write_entry(theirs));
  produce("flights", {R"({"id":2})"});
  ASSERT_FALSE(run(lake->flush("flights")));
  wait_until_stopped();
  EXPECT_NE(status().reason.find("another writer has taken flights/0"), std::string::npos);
}

TEST_F(LakeInTrouble, AForeignEntryInBetweenIsNoTrouble) {
  produce("flights", {R"({"id":1})"});
  start({flights()});
  flush();
  write_entry(1, "{\"commitInfo\":{\"operation\":\"OPTIMIZE\"}}\n");
  produce("flights", {R"({"id":2})"});
  flush();
  EXPECT_EQ(status().version, 2);
  EXPECT_EQ(sql("select id from flights order by id"), "1 2");
}

TEST_F(LakeInTrouble, FilesThatAForeignEntryRemovesAreOutOfTheAnswers) {
  produce("flights", {R"({"id":1})"});
  start({flights()});
  flush();
  const auto first = entry(0);
  const auto& file = std::get<table_format::AddFile>(*std::ranges::find_if(
      first, [](const auto& it) { return std::holds_alternative<table_format::AddFile>(it); }));
  write_entry(1, table_format::write_entry({table_format::RemoveFile{.path = file.path}}));
  produce("flights", {R"({"id":2})"});
  flush();
  EXPECT_EQ(sql("select id from flights"), "2");
  EXPECT_EQ(status().files, 1U);
}

TEST_F(LakeInTrouble, AForeignTableWithUnknownFeaturesIsRefusedByName) {
  write_entry(0, R"({"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":)"
                 R"(["deletionVectors"],"writerFeatures":["deletionVectors"]}})"
                 "\n"
                 R"({"metaData":{"id":"x","format":{"provider":"parquet","options":{}},)"
                 R"("schemaString":"{\"type\":\"struct\",\"fields\":[]}","partitionColumns":[],)"
                 R"("configuration":{}}})");
  start({flights()});
  wait_until_stopped();
  EXPECT_NE(status().reason.find("deletionVectors"), std::string::npos) << status().reason;
}

TEST_F(LakeInTrouble, OtherPartitionColumnsStopTheTable) {
  produce("flights", {R"({"id":1})"});
  start({flights()});
  flush();
  auto spec = flights();
  spec.partition_by.clear();
  restart({spec});
  wait_until_stopped();
  EXPECT_NE(status().reason.find("is partitioned by year, month, not by nothing"),
            std::string::npos);
}

TEST_F(LakeInTrouble, ATableIsReadFromItsCheckpoint) {
  start({flights()});
  for (int commit = 0; commit < 5; ++commit) {
    produce("flights", {R"({"id":)" + std::to_string(commit) + "}"});
    flush();
  }
  const auto checkpoint = "flights/_delta_log/" + table_format::checkpoint_name(2);
  run_until([&] { return store->head(checkpoint)->has_value(); });
  stop();
  for (int64_t version = 0; version < 3; ++version) {
    ASSERT_TRUE(store->remove("flights/_delta_log/" + table_format::entry_name(version)));
  }
  start({flights()});
  produce("flights", {R"({"id":5})"});
  flush();
  EXPECT_EQ(sql("select id from flights order by id"), "0 1 2 3 4 5");
  EXPECT_EQ(status().rows, 6U);
}

TEST_F(LakeInTrouble, ATablesOwnPropertySaysHowLongItsLogIsKept) {
  produce("flights", {R"({"id":1})"});
  start({flights()});
  flush();
  auto theirs = entry(0);
  std::erase_if(theirs, [](const auto& action) {
    return !std::holds_alternative<table_format::Metadata>(action);
  });
  auto& metadata = std::get<table_format::Metadata>(theirs.front());
  metadata.configuration["delta.logRetentionDuration"] = "interval -1 second";
  write_entry(1, table_format::write_entry(theirs));
  produce("flights", {R"({"id":2})"});
  flush();
  const auto expired = "flights/_delta_log/" + table_format::entry_name(1);
  run_until([&] { return !store->head(expired)->has_value(); });
  restart({flights()});
  flush();
  EXPECT_EQ(sql("select id from flights order by id"), "1 2");
}

TEST_F(LakeInTrouble, APausedTableReadsNothing) {
  start({flights()});
  flush();
  ASSERT_TRUE(lake->pause("flights"));
  EXPECT_EQ(status().state, TableState::paused);
  produce("flights", {R"({"id":1})"});
  EXPECT_FALSE(run(lake->flush("flights")));
  ASSERT_TRUE(lake->resume("flights"));
  flush();
  EXPECT_EQ(sql("select id from flights"), "1");
}

TEST_F(LakeInTrouble, ASpecThatIsWrongIsRefusedWithAllReasons) {
  start({});
  auto refused = lake->start(
      {{.name = "_hidden",
        .partition_by = {*parse_partition_field("year(a)"), *parse_partition_field("year(b)")},
        .path = "{x}"}});
  ASSERT_FALSE(refused);
  for (const char* reason : {"hidden", "no topic", "two partition columns", "path: is for json"}) {
    EXPECT_NE(refused.error().message().find(reason), std::string::npos) << reason;
  }
}

}  // namespace
}  // namespace tarn::lake
