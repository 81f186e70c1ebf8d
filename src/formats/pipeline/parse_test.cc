#include "formats/pipeline/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::pipeline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kFlights = R"(version: 1
name: flights
sources:
  flights:
    http:
      url: https://api.example.com/v1/flights
      headers: {X-RapidAPI-Key: "${secret:RAPIDAPI_KEY}"}
      query: {origin: LOND, destination: NYCA}
      records: /data/itineraries
      pages: auto
    every: 15s
    quota: 500/month
    to: flight-kafka-topic
    key: /id
tables:
  flights:
    from: flight-kafka-topic
    format: delta
    partition_by: [year(_time), month(_time), {by: day(_time), format: '%d'}]
    commit: {every: 5s, size: 64MiB}
api:
  /cheapest/{carrier}:
    sql: select day, price from flights where carrier = :carrier order by day limit :limit
    params: {limit: {type: integer, default: 20, max: 1000}}
)";

class PipelineFile : public testing::Test {
 protected:
  Pipeline read(std::string_view text) {
    auto parsed = parse(text, options_);
    if (parsed) return *parsed;
    for (const Problem& problem : parsed.error()) ADD_FAILURE() << to_string(problem, "tarn.yaml");
    return {};
  }

  std::vector<std::string> problems(std::string_view text) {
    std::vector<std::string> lines;
    auto parsed = parse(text, options_);
    if (parsed) return lines;
    for (const Problem& problem : parsed.error()) lines.push_back(to_string(problem, "tarn.yaml"));
    return lines;
  }

  ParseOptions options_;
};

TEST_F(PipelineFile, ReadsTheFlights) {
  Pipeline pipeline = read(kFlights);
  const Source& source = pipeline.sources.at("flights");
  EXPECT_EQ(source.http->url, "https://api.example.com/v1/flights");
  EXPECT_EQ(source.http->headers.at("X-RapidAPI-Key").names(),
            std::set<std::string>{"RAPIDAPI_KEY"});
  EXPECT_EQ(source.http->records, "/data/itineraries");
  EXPECT_EQ(source.every, Millis(15'000));
  EXPECT_EQ(source.quota->calls, 500);
  EXPECT_EQ(source.to, "flight-kafka-topic");
  EXPECT_THAT(
      secret_names(pipeline),
      ElementsAre(testing::Pair("RAPIDAPI_KEY", "sources.flights.http.headers.X-RapidAPI-Key")));
}

TEST_F(PipelineFile, ReadsTablesAndEndpoints) {
  Pipeline pipeline = read(kFlights);
  const Table& table = pipeline.tables.at("flights");
  EXPECT_EQ(table.commit.size, 64U << 20);
  EXPECT_EQ(table.partition_by.at(1).name, "month");
  EXPECT_EQ(table.partition_by.at(2).format, "%d");
  const Endpoint& endpoint = pipeline.api.at("/cheapest/{carrier}");
  EXPECT_THAT(endpoint.sql, HasSubstr("carrier = $carrier order by day limit $limit"));
  ASSERT_EQ(endpoint.params.size(), 2U);
  EXPECT_TRUE(endpoint.params.at(1).in_path);
}

TEST_F(PipelineFile, TenLinesImplyTheRest) {
  Pipeline pipeline = read(
      "sources:\n  rain: {http: {url: http://h/x}, every: 1m}\ntables:\n  rain:\napi:\n"
      "  /rain: {sql: select * from rain}\n");
  EXPECT_EQ(pipeline.sources.at("rain").to, "rain");
  EXPECT_EQ(pipeline.tables.at("rain").from, "rain");
  EXPECT_EQ(pipeline.tables.at("rain").format, TableFormat::delta);
  EXPECT_EQ(pipeline.deploy.log, "./data");
}

TEST_F(PipelineFile, AnEmptyFileIsAnEmptyPlatform) {
  EXPECT_TRUE(read("").sources.empty());
}

TEST_F(PipelineFile, ReportsAllMistakesWithTheirPlaces) {
  auto found = problems(
      "sources:\n"
      "  flights:\n"
      "    http: {url: ftp://x}\n"
      "    evry: 15s\n"
      "    every: 15 sec\n"
      "tables:\n"
      "  flights: {format: detla}\n");
  ASSERT_EQ(found.size(), 4U);
  EXPECT_THAT(found[0], HasSubstr("tarn.yaml:3:17: sources.flights.http.url: expected a URL"));
  EXPECT_THAT(found[1], HasSubstr("tarn.yaml:4:5: sources.flights: unknown key 'evry'; did you "
                                  "mean 'every'?"));
  EXPECT_THAT(found[2], HasSubstr("tarn.yaml:5:12: sources.flights.every: expected a duration"));
  EXPECT_THAT(found[3], HasSubstr("did you mean 'delta'?"));
}

TEST_F(PipelineFile, AKeyOfALaterVersionSaysSo) {
  auto found = problems("models: {}\ntables: {a: {format: iceberg, from: b}}\n");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_THAT(found[0], HasSubstr("'models' (SQL models) comes in a later version"));
  EXPECT_THAT(found[1], HasSubstr("'iceberg' comes in a later version"));
}

TEST_F(PipelineFile, ADuplicateKeyNamesTheFirst) {
  EXPECT_THAT(problems("name: a\nname: b\n"),
              ElementsAre(HasSubstr("2:1: the key 'name' stands here for the second time; the "
                                    "first is in line 1")));
}

TEST_F(PipelineFile, AnAliasBombIsRefused) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int level = 1; level < 12; ++level) {
    std::string before = "*a" + std::to_string(level - 1);
    bomb += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [" + before;
    for (int count = 1; count < 10; ++count) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_THAT(problems(bomb), ElementsAre(HasSubstr("more than 50000 values")));
}

TEST_F(PipelineFile, AnAliasOfItselfIsRefused) {
  EXPECT_THAT(problems("topics: &a {x: *a}\n"), ElementsAre(HasSubstr("inside its own anchor")));
}

TEST_F(PipelineFile, ATabInTheIndentationIsNamed) {
  EXPECT_THAT(problems("sources:\n\tflights: {}\n"),
              ElementsAre(HasSubstr("2:1: a tab in the indentation")));
}

TEST_F(PipelineFile, BrokenYamlHasAPlace) {
  EXPECT_THAT(problems("name: [a\n"), ElementsAre(HasSubstr("not valid YAML")));
  EXPECT_THAT(problems(std::string(10'000, '[')), testing::SizeIs(1));
}

TEST_F(PipelineFile, QuotedNumbersAreTexts) {
  EXPECT_THAT(problems("topics: {a: {partitions: \"3\"}}\n"),
              ElementsAre(HasSubstr("found '3' in quotes, which is a text")));
}

TEST_F(PipelineFile, NamesOfTopicsAreChecked) {
  auto found = problems("topics: {../etc: {}, " + std::string(250, 'x') + ": {}, __own: {}}\n");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_THAT(found[0], HasSubstr("1 to 249 letters"));
  EXPECT_THAT(found[2], HasSubstr("belong to tarn itself"));
}

TEST_F(PipelineFile, ASourceRunsByEveryOrByCron) {
  EXPECT_THAT(problems("sources: {a: {http: {url: http://h/}}}\n"),
              ElementsAre(HasSubstr("how often?")));
  EXPECT_THAT(problems("sources: {a: {http: {url: http://h/}, every: 1s, cron: '* * * * *'}}\n"),
              ElementsAre(HasSubstr("exclude each other")));
  EXPECT_THAT(problems("sources: {a: {http: {url: http://h/}, cron: '61 * * * *'}}\n"),
              ElementsAre(HasSubstr("minute field '61'")));
}

TEST_F(PipelineFile, ParametersAndStatementMustAgree) {
  auto found = problems(
      "api:\n"
      "  /a/{b}:\n"
      "    sql: select :limt\n"
      "    params: {limit: integer}\n");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_THAT(found[0],
              HasSubstr("uses :limt, which params: does not name; did you mean ':limit'"));
  EXPECT_THAT(found[1], HasSubstr("does not use :b"));
  EXPECT_THAT(found[2], HasSubstr("4:14: api./a/{b}: the statement does not use :limit"));
}

TEST_F(PipelineFile, ADefaultKeepsTheRange) {
  EXPECT_THAT(problems("api: {/a: {sql: 'select :n', params: {n: {type: integer, default: 0, min: "
                       "1, max: 9}}}}\n"),
              ElementsAre(HasSubstr("must be a whole number from 1 to 9")));
}

TEST_F(PipelineFile, PathsBelongToOneEndpoint) {
  EXPECT_THAT(problems("api:\n  /a/{b}: {sql: 'select :b'}\n  /a/{c}: {sql: 'select :c'}\n"),
              ElementsAre(HasSubstr("answers the same requests")));
  EXPECT_THAT(problems("api: {/metrics: {sql: select 1}}\n"),
              ElementsAre(HasSubstr("belongs to tarn itself")));
  EXPECT_THAT(problems("api: {'/a{b}': {sql: 'select :b'}}\n"),
              ElementsAre(HasSubstr("stands alone between slashes")));
}

TEST_F(PipelineFile, TablesDifferByMoreThanCase) {
  EXPECT_THAT(problems("tables: {Rain: {}, rain: {}}\n"),
              ElementsAre(HasSubstr("cannot tell them apart")));
}

TEST_F(PipelineFile, APathTemplateStaysBelowItsFolder) {
  EXPECT_THAT(problems("tables: {a: {format: json, path: ../x.json}}\n"),
              ElementsAre(HasSubstr("stays below")));
  EXPECT_THAT(problems("tables: {a: {format: json, path: 'y={yaer}/x.json'}}\n"),
              ElementsAre(HasSubstr("'{yaer}' is not one of")));
  EXPECT_THAT(problems("tables: {a: {path: x.json}}\n"), ElementsAre(HasSubstr("for format json")));
}

TEST_F(PipelineFile, ASchemaPolicyIsForDelta) {
  EXPECT_EQ(read("tables: {a: {schema: reject_row}}\n").tables.at("a").schema,
            SchemaPolicy::reject_row);
  EXPECT_THAT(problems("tables: {a: {format: json, schema: freeze}}\n"),
              ElementsAre(HasSubstr("schema is for delta")));
}

TEST_F(PipelineFile, AFullDiskRefusesUnlessItIsToldToDrop) {
  EXPECT_EQ(read("tables: {a: {}}\n").deploy.disk_full, DiskFull::refuse);
  EXPECT_EQ(read("deploy: {disk_full: drop}\n").deploy.disk_full, DiskFull::drop);
}

TEST_F(PipelineFile, WithoutAutoCreateATopicNeedsAWriter) {
  EXPECT_THAT(problems("auto_create: false\n"
                       "sources: {a: {http: {url: http://h/}, every: 1s, to: orders}}\n"
                       "tables: {t: {from: ordres}}\n"),
              ElementsAre(HasSubstr("did you mean 'orders'?")));
}

TEST_F(PipelineFile, AnEnvironmentMergesDeepAndRenames) {
  options_.environment = "prod";
  Pipeline pipeline = read(std::string(kFlights) +
                           "environments:\n  prod: {prefix: prod-, deploy: {lake: /big/lake}, "
                           "sources: {flights: {every: 1m}}}\n");
  EXPECT_EQ(pipeline.deploy.lake, "/big/lake");
  EXPECT_EQ(pipeline.deploy.log, "./data");
  EXPECT_EQ(pipeline.sources.at("flights").every, Millis(60'000));
  EXPECT_EQ(pipeline.sources.at("flights").to, "prod-flight-kafka-topic");
  EXPECT_EQ(pipeline.tables.at("flights").from, "prod-flight-kafka-topic");
  EXPECT_EQ(pipeline.tables.at("flights").folder, "prod-flights");
}

TEST_F(PipelineFile, AnotherEnvironmentIsCheckedToo) {
  EXPECT_THAT(problems("environments: {prod: {deploy: {lak: x}}}\n"),
              ElementsAre(HasSubstr("environments.prod.deploy: unknown key 'lak'; did you mean "
                                    "'lake'?")));
}

TEST_F(PipelineFile, AnUnknownEnvironmentNamesThoseThatExist) {
  options_.environment = "pord";
  EXPECT_THAT(problems("environments: {prod: {}}\n"),
              ElementsAre(HasSubstr("--env pord: environments: knows prod; did you mean 'prod'?")));
}

TEST_F(PipelineFile, SettingsWin) {
  options_.settings = {"sources.flights.every=2s", "api.\"/cheapest/{carrier}\".rows_max=7",
                       "name=other"};
  Pipeline pipeline = read(kFlights);
  EXPECT_EQ(pipeline.sources.at("flights").every, Millis(2'000));
  EXPECT_EQ(pipeline.api.at("/cheapest/{carrier}").rows_max, 7);
  EXPECT_EQ(pipeline.name, "other");
}

TEST_F(PipelineFile, AWrongSettingIsNamed) {
  options_.settings = {"deploy.memory=lots", "nothing"};
  auto found = problems("");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_THAT(found[0], HasSubstr("--set deploy.memory: deploy.memory: expected a size"));
  EXPECT_THAT(found[1], HasSubstr("expected KEY=VALUE"));
}

TEST_F(PipelineFile, SqlComesFromAFile) {
  options_.read_file = [](const std::string& path) -> Result<std::string> {
    if (path == "q/top.sql") return std::string("select 1");
    return Error(ErrorCode::not_found, "no such file");
  };
  EXPECT_EQ(read("api: {/a: {sql: q/top.sql}}\n").api.at("/a").sql, "select 1");
  EXPECT_THAT(problems("api: {/a: {sql: q/tpo.sql}}\n"),
              ElementsAre(HasSubstr("cannot be read: no such file")));
}

TEST_F(PipelineFile, ABrokenReferenceToASecretShowsNoValue) {
  auto found = problems(
      "sources: {a: {every: 1s, http: {url: http://h/, headers: {K: 'hunter2${secret:}'}}}}\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0], HasSubstr("${secret:NAME}"));
  EXPECT_THAT(found[0], testing::Not(HasSubstr("hunter2")));
}

TEST_F(PipelineFile, AUrlHoldsNoSecret) {
  EXPECT_THAT(problems("sources: {a: {every: 1s, http: {url: 'http://u:p@h/'}}}\n"),
              ElementsAre(HasSubstr("password in the URL")));
}

}  // namespace
}  // namespace tarn::pipeline
