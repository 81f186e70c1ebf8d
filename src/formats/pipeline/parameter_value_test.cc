#include "formats/pipeline/parameter_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::pipeline {
namespace {

using testing::HasSubstr;

std::string complaint(const Parameter& parameter, std::string_view text) {
  auto value = read_parameter(parameter, text);
  return value ? "none" : value.error().message();
}

TEST(ParameterValue, IntegersKeepTheirRange) {
  Parameter limit{.name = "limit", .type = ParameterType::integer, .min = 1, .max = 1000};
  EXPECT_EQ(std::get<int64_t>(*read_parameter(limit, "20")), 20);
  for (const char* text : {"0", "1001", "", "1e3", "20;drop table x", "99999999999999999999"}) {
    EXPECT_EQ(complaint(limit, text),
              "the parameter 'limit' must be a whole number from 1 to 1000");
  }
}

TEST(ParameterValue, NumbersAreFinite) {
  Parameter number{.name = "x", .type = ParameterType::number};
  EXPECT_EQ(std::get<double>(*read_parameter(number, "1.5e3")), 1500);
  EXPECT_THAT(complaint(number, "nan"), HasSubstr("a number"));
  EXPECT_THAT(complaint(number, "inf"), HasSubstr("a number"));
}

TEST(ParameterValue, DatesExist) {
  Parameter date{.name = "day", .type = ParameterType::date};
  EXPECT_EQ(std::get<std::string>(*read_parameter(date, "2024-02-29")), "2024-02-29");
  EXPECT_THAT(complaint(date, "2023-02-29"), HasSubstr("a date such as"));
}

TEST(ParameterValue, ChoicesAreNamed) {
  Parameter origin{.name = "origin", .choices = {"ABQ", "SFO"}};
  EXPECT_THAT(complaint(origin, "JFK"), HasSubstr("one of ABQ, SFO"));
}

TEST(ParameterValue, TextIsCountedInCharacters) {
  Parameter name{.name = "name", .length_max = 4};
  EXPECT_TRUE(read_parameter(name, "Peña"));
  EXPECT_THAT(complaint(name, "Peñas"), HasSubstr("at most 4 characters"));
}

TEST(ParameterValue, BytesThatAreNoCharactersAreCountedToo) {
  Parameter name{.name = "name", .length_max = 4};
  EXPECT_THAT(complaint(name, std::string(17, '\x80')), HasSubstr("at most 4 characters"));
}

}  // namespace
}  // namespace tarn::pipeline
