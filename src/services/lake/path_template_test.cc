#include "services/lake/path_template.h"

#include <gtest/gtest.h>

namespace tarn::lake {
namespace {

const Timestamp kAt = from_unix_millis(1'725'190'561'000);  // 2024-09-01T11:36:01Z

std::string name(std::string_view path, int clash = 0) {
  auto parsed = PathTemplate::parse(path);
  return parsed ? parsed->name(kAt, clash) : parsed.error().message();
}

TEST(PathTemplate, FillsInTheTimeInUtc) {
  EXPECT_EQ(name("year={year}/month={month}/day={day}/data_{HHmmss}.json"),
            "year=2024/month=09/day=01/data_113601.json");
  EXPECT_EQ(name("{hour}/x"), "11/x");
  EXPECT_EQ(name(""), "year=2024/month=09/day=01/data_113601.json");
}

TEST(PathTemplate, AClashGetsANumberBeforeTheExtension) {
  EXPECT_EQ(name("data_{HHmmss}.json", 1), "data_113601-1.json");
  EXPECT_EQ(name("v1.2/{HHmmss}.json.txt", 12), "v1.2/113601-12.json.txt");
  EXPECT_EQ(name("{HHmmss}", 2), "113601-2");
}

TEST(PathTemplate, TheFolderIsWithoutTheName) {
  EXPECT_EQ(PathTemplate::parse("y={year}/x.json")->folder(kAt), "y=2024");
  EXPECT_EQ(PathTemplate::parse("x.json")->folder(kAt), "");
}

TEST(PathTemplate, WrongOnesSayWhy) {
  EXPECT_NE(name("{minute}.json").find("{minute} is none of"), std::string::npos);
  EXPECT_NE(name("{}.json").find("{} is none of"), std::string::npos);
  EXPECT_NE(name("{/}{}.json").find("is none of"), std::string::npos);
  EXPECT_NE(name("{year.json").find("pairs"), std::string::npos);
  EXPECT_NE(name("}{").find("pairs"), std::string::npos);
  EXPECT_NE(name("../x").find("'..'"), std::string::npos);
  EXPECT_NE(name("/x").find("empty"), std::string::npos);
  EXPECT_NE(name("{HHmmss}/x.json").find("object's own name"), std::string::npos);
  EXPECT_NE(name("a/_x.json").find("hidden"), std::string::npos);
}

}  // namespace
}  // namespace tarn::lake
