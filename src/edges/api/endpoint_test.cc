#include "edges/api/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edges/api/openapi.h"
#include "edges/api/respond.h"
#include "formats/pipeline/parse.h"

namespace tarn::api {
namespace {

using testing::HasSubstr;

class Endpoint : public testing::Test {
 protected:
  Result<std::map<std::string, sql::Parameter>> bind(http::Parameters path,
                                                     http::Parameters query) {
    http::Request request;
    request.path_params = std::move(path);
    request.query = std::move(query);
    return bind_parameters(pipeline_.api.begin()->second, request);
  }
  std::string complaint(http::Parameters path, http::Parameters query) {
    auto bound = bind(std::move(path), std::move(query));
    return bound ? "none" : bound.error().message();
  }

  pipeline::Pipeline pipeline_ = *pipeline::parse(
      "api:\n"
      "  /delays/{origin}:\n"
      "    sql: select * from flights where origin = :origin and day > :day limit :limit\n"
      "    params: {limit: {type: integer, default: 20, min: 1, max: 100}, day: date}\n",
      {});
};

TEST_F(Endpoint, BindsValuesByTheirTypes) {
  auto bound = bind({{"origin", "'; drop table flights --"}}, {{"day", "2024-09-01"}});
  ASSERT_TRUE(bound);
  EXPECT_EQ(std::get<std::string>(bound->at("origin")), "'; drop table flights --");
  EXPECT_EQ(std::get<int64_t>(bound->at("limit")), 20);
}

TEST_F(Endpoint, NamesTheParameterAndWhatItAllows) {
  EXPECT_EQ(complaint({{"origin", "JFK"}}, {{"day", "2024-09-01"}, {"limit", "101"}}),
            "the parameter 'limit' must be a whole number from 1 to 100");
  EXPECT_THAT(complaint({{"origin", "JFK"}}, {}), HasSubstr("'day' is missing; it is a date"));
}

TEST_F(Endpoint, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(complaint({{"origin", "JFK"}}, {{"lmit", "1"}}), HasSubstr("did you mean 'limit'?"));
  EXPECT_THAT(complaint({{"origin", "JFK"}}, {{"limit", "1"}, {"limit", "2"}}),
              HasSubstr("given twice"));
  EXPECT_THAT(complaint({{"origin", "JFK"}}, {{"origin", "LHR"}}), HasSubstr("no parameter"));
}

TEST_F(Endpoint, IsDescribedForPrograms) {
  std::string document = openapi_document(pipeline_);
  EXPECT_THAT(document, HasSubstr("\"/delays/{origin}\""));
  EXPECT_THAT(document, HasSubstr("\"in\":\"path\""));
  EXPECT_THAT(document, HasSubstr("\"format\":\"date\""));
}

TEST(RowFormat, IsChosenByParameterThenByAccept) {
  http::Request request;
  EXPECT_EQ(*choose_format(request), RowFormat::json);
  request.headers.set("Accept", "text/csv");
  EXPECT_EQ(*choose_format(request), RowFormat::csv);
  request.query = {{"format", "json"}};
  EXPECT_EQ(*choose_format(request), RowFormat::json);
  request.query = {{"format", "xml"}};
  EXPECT_THAT(choose_format(request).error().message(), HasSubstr("json, csv"));
}

TEST(Respond, SaysWhenToTryAgain) {
  auto response = respond_with_error(Error(ErrorCode::unavailable, "too many"));
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->headers.find("Retry-After"), "1");
}

TEST(Respond, LeavesOurOwnFaultsToTheServersLog) {
  EXPECT_FALSE(respond_with_error(Error(ErrorCode::internal, "a null pointer")));
}

TEST(Respond, SendsNothingAgainToWhoHasIt) {
  http::Request request;
  auto fresh = respond_if_changed(http::json_response(200, "[1]"), request);
  EXPECT_EQ(fresh.status, 200);
  const std::string tag(*fresh.headers.find("ETag"));
  request.headers.set("If-None-Match", "\"other\", W/" + tag);
  auto same = respond_if_changed(http::json_response(200, "[1]"), request);
  EXPECT_EQ(same.status, 304);
  EXPECT_TRUE(http::view_of(same.body).empty());
  EXPECT_EQ(*same.headers.find("ETag"), tag);
  EXPECT_EQ(respond_if_changed(http::json_response(200, "[2]"), request).status, 200);
}

TEST(Respond, DoesNotTagWhatIsLarge) {
  auto large = respond_if_changed(http::text_response(200, std::string(2 << 20, 'x')), {});
  EXPECT_FALSE(large.headers.contains("ETag"));
}

}  // namespace
}  // namespace tarn::api
