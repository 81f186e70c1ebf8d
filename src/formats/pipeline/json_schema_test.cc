#include "formats/pipeline/json_schema.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::pipeline {
namespace {

using testing::HasSubstr;

TEST(JsonSchema, IsJsonAndKnowsTheKeys) {
  auto schema = boost::json::parse(json_schema());
  const auto& source = schema.at_pointer("/properties/sources/additionalProperties/properties");
  EXPECT_TRUE(source.as_object().contains("every"));
  EXPECT_FALSE(source.as_object().contains("mysql"));
  EXPECT_EQ(schema.at_pointer("/additionalProperties"), boost::json::value(false));
}

TEST(JsonSchema, GivesDefaultsOfTheStructs) {
  auto schema = boost::json::parse(json_schema());
  EXPECT_EQ(schema.at_pointer("/properties/deploy/properties/memory/default").as_string(), "512MB");
}

TEST(JsonSchema, AnOverlayRequiresNothing) {
  auto schema = boost::json::parse(json_schema());
  const auto& http = schema.at_pointer(
      "/properties/environments/additionalProperties/properties/sources/additionalProperties"
      "/properties/http");
  EXPECT_FALSE(http.as_object().contains("required"));
}

TEST(ExplainKey, SaysWhatAKeyMeans) {
  EXPECT_THAT(*explain_key("sources.flights.http.timeout"), HasSubstr("default: 30s"));
  EXPECT_THAT(*explain_key("sources.NAME.http"), HasSubstr("url"));
  EXPECT_THAT(*explain_key(""), HasSubstr("tables"));
  EXPECT_THAT(*explain_key("tables.t.commit"), HasSubstr("every"));
}

TEST(ExplainKey, SuggestsTheNearest) {
  EXPECT_THAT(explain_key("sources.a.htpt").error().message(), HasSubstr("did you mean 'http'?"));
}

TEST(KnownKeys, AreAllExplained) {
  for (const std::string& key : known_keys()) EXPECT_TRUE(explain_key(key)) << key;
}

}  // namespace
}  // namespace tarn::pipeline
