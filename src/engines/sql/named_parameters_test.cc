#include "engines/sql/named_parameters.h"

#include <gtest/gtest.h>

namespace tarn::sql {
namespace {

TEST(NamedParameters, AreFoundWhereAnOperandIsExpected) {
  EXPECT_EQ(with_dollar_parameters("select :a, (:b)+:c from t where x=:d limit :e"),
            "select $a, ($b)+$c from t where x=$d limit $e");
  EXPECT_EQ(with_dollar_parameters("x between :lo and :hi or y in (:a,:b)"),
            "x between $lo and $hi or y in ($a,$b)");
  EXPECT_EQ(with_dollar_parameters(":été_1"), "$été_1");
}

TEST(NamedParameters, CastsAndNamedArgumentsAreNone) {
  EXPECT_EQ(with_dollar_parameters("select a::int, f(b := 1), :c::date, d:: int"),
            "select a::int, f(b := 1), $c::date, d:: int");
}

TEST(NamedParameters, TextsNamesAndCommentsAreLeftAlone) {
  for (const std::string sql :
       {"select ':a', 'it''s :b', \"c:d\", \"e\"\":f\"", "select 1 -- :a", "/* :a /* :b */ :c */ 1",
        "$$ :a $$", "$x$ :a $$ :b $x$", "e'it\\' :a'", ":a$b$", "f(a:b)", "$:a", "'open :a",
        "\"open :a", "/* open :a"}) {
    EXPECT_EQ(with_dollar_parameters(sql), sql);
  }
  EXPECT_EQ(with_dollar_parameters("-- :a\n:b"), "-- :a\n$b");
  EXPECT_EQ(with_dollar_parameters(":e'\\' :a"), "$e'\\' $a");
}

TEST(NamedParameters, SlicesAndStructuresKeepTheirColons) {
  EXPECT_EQ(with_dollar_parameters("a[1:n], a[i:j], b[:x], b[:x:y]"),
            "a[1:n], a[i:j], b[$x], b[$x:y]");
  EXPECT_EQ(with_dollar_parameters("{'a':b, c:d, 'e': :f}"), "{'a':b, c:d, 'e': $f}");
  EXPECT_EQ(with_dollar_parameters("a[:as:n], a[$as:n]"), "a[$as:n], a[$as:n]");
  EXPECT_EQ(with_dollar_parameters("[x and :y, f(:z)]"), "[x and $y, f($z)]");
}

TEST(NamedParameters, PositionsStay) {
  const std::string sql = "select :a from t where b = :b";
  EXPECT_EQ(with_dollar_parameters(sql).size(), sql.size());
}

}  // namespace
}  // namespace tarn::sql
