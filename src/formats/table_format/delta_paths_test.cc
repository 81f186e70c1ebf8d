#include "formats/table_format/delta_paths.h"

#include <gtest/gtest.h>

namespace tarn::table_format {
namespace {

TEST(DeltaPaths, EntriesHaveTwentyDigits) {
  EXPECT_EQ(entry_name(7), "00000000000000000007.json");
  EXPECT_EQ(checkpoint_name(10), "00000000000000000010.checkpoint.parquet");
  EXPECT_EQ(data_file_name(3, Uuid{}),
            "part-00003-00000000-0000-0000-0000-000000000000.zstd.parquet");
}

TEST(DeltaPaths, NamesOfTheLogAreToldApart) {
  using Kind = LogName::Kind;
  EXPECT_EQ(parse_log_name(entry_name(12)).kind, Kind::entry);
  EXPECT_EQ(parse_log_name(entry_name(12)).version, 12);
  EXPECT_EQ(parse_log_name(checkpoint_name(1)).kind, Kind::checkpoint);
  EXPECT_EQ(parse_log_name("00000000000000000001.checkpoint.0000000001.0000000002.parquet").kind,
            Kind::multi_part_checkpoint);
  for (const char* other : {"_last_checkpoint", "", "x.json", "0000000000000000000x.json",
                            "00000000000000000001.crc", "99999999999999999999.json"}) {
    EXPECT_EQ(parse_log_name(other).kind, Kind::other) << other;
  }
}

TEST(DeltaPaths, FoldersAreEscapedAsHiveDoes) {
  EXPECT_EQ(partition_folder({"carrier", "day"}, {{"carrier", "A/B"}, {"day", {}}}),
            "carrier=A%2FB/day=__HIVE_DEFAULT_PARTITION__");
  EXPECT_EQ(partition_folder({"x"}, {{"x", ""}}), "x=__HIVE_DEFAULT_PARTITION__");
  EXPECT_EQ(partition_folder({"x"}, {{"x", "a=b:c%d\n.."}}), "x=a%3Db%3Ac%25d%0A..");
  EXPECT_EQ(partition_folder({}, {}), "");
}

TEST(DeltaPaths, AnEndlessValueStandsThereByItsChecksum) {
  const auto folder = partition_folder({"x"}, {{"x", std::string(1000, 'y')}});
  EXPECT_LT(folder.size(), 40U);
  EXPECT_NE(folder, partition_folder({"x"}, {{"x", std::string(1000, 'z')}}));
}

TEST(DeltaPaths, APercentOfTheFileIsAPercent25InTheLog) {
  EXPECT_EQ(uri_encode("c=A%2FB/é +"), "c=A%252FB/%C3%A9%20+");
  EXPECT_EQ(*uri_decode("c=A%252FB/%C3%A9%20+"), "c=A%2FB/é +");
}

TEST(DeltaPaths, EveryByteSurvivesTheEncoding) {
  std::string all;
  for (int byte = 1; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(*uri_decode(uri_encode(all)), all);
}

TEST(DeltaPaths, AHalfEncodedUriIsCorrupt) {
  for (const char* uri : {"%", "a%2", "%g0", "%-1", "% 1"}) EXPECT_FALSE(uri_decode(uri)) << uri;
}

}  // namespace
}  // namespace tarn::table_format
