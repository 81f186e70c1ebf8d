#include "formats/pipeline/sql_parameters.h"

#include <gtest/gtest.h>

namespace tarn::pipeline {
namespace {

TEST(SqlParameters, BecomeDollarNames) {
  auto found = read_sql_parameters("select * from t where a = :a and b in (:b,:c) limit :limit");
  EXPECT_EQ(found.statement, "select * from t where a = $a and b in ($b,$c) limit $limit");
  EXPECT_EQ(found.names, (std::set<std::string>{"a", "b", "c", "limit"}));
}

TEST(SqlParameters, AreNotFoundInTextNamesAndComments) {
  const char* sql = "select ':a', \"x:b\", 'it''s :c' -- :d\n/* :e */, $$ :f $$ from t";
  EXPECT_EQ(read_sql_parameters(sql).statement, sql);
  EXPECT_TRUE(read_sql_parameters(sql).names.empty());
}

TEST(SqlParameters, CastsSlicesAndStructsStay) {
  const char* sql = "select x::integer, list[1:n], {a:b}, '1'::date";
  EXPECT_EQ(read_sql_parameters(sql).statement, sql);
}

TEST(SqlParameters, AnUnclosedTextEndsWithTheStatement) {
  EXPECT_TRUE(read_sql_parameters("select ' :a").names.empty());
}

}  // namespace
}  // namespace tarn::pipeline
