#include "formats/table_format/delta_schema.h"

#include <gtest/gtest.h>

namespace tarn::table_format {
namespace {

using columns::Schema;
using columns::Type;
using columns::TypeKind;

Schema flights() {
  const auto leg = Type::structure({{.name = "from", .type = TypeKind::text}});
  return {.fields = {{.name = "id", .type = TypeKind::int64, .nullable = false},
                     {.name = "price", .type = TypeKind::float64},
                     {.name = "late", .type = TypeKind::boolean},
                     {.name = "_time", .type = TypeKind::timestamp},
                     {.name = "day", .type = TypeKind::date},
                     {.name = "_key", .type = TypeKind::binary},
                     {.name = "legs", .type = Type::list(leg)}}};
}

ErrorCode error_of(std::string_view text) {
  auto read = read_schema(text);
  return read ? ErrorCode::internal : read.error().code();
}

TEST(DeltaSchema, WhatWasWrittenIsReadBack) {
  EXPECT_EQ(*read_schema(write_schema(flights())), flights());
}

TEST(DeltaSchema, IsWrittenAsTheProtocolSays) {
  EXPECT_EQ(write_schema({.fields = {{.name = "a", .type = Type::list(TypeKind::int64)}}}),
            R"({"type":"struct","fields":[{"name":"a","type":{"type":"array","elementType":"long",)"
            R"("containsNull":true},"nullable":true,"metadata":{}}]})");
}

TEST(DeltaSchema, ForeignTypesAreNamed) {
  auto read = read_schema(R"j({"fields":[{"name":"amount","type":"decimal(10,2)"}]})j");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), ErrorCode::unimplemented);
  EXPECT_NE(read.error().message().find("amount has the type decimal(10,2)"), std::string::npos);
}

TEST(DeltaSchema, WhatIsNoSchemaIsCorrupt) {
  for (const char* text :
       {"", "[]", "{}", R"({"fields":1})", R"({"fields":[1]})",
        R"({"fields":[{"name":1,"type":"long"}]})", R"({"fields":[{"name":"a","type":1}]})",
        R"({"fields":[{"name":"a","type":{"type":"array"}}]})"}) {
    EXPECT_EQ(error_of(text), ErrorCode::corrupt) << text;
  }
}

TEST(DeltaSchema, EndlessNestingIsCorrupt) {
  std::string type = "\"long\"";
  for (int depth = 0; depth < 100; ++depth) {
    type = R"({"type":"array","elementType":)" + type + "}";
  }
  EXPECT_EQ(error_of(R"({"fields":[{"name":"a","type":)" + type + "}]}"), ErrorCode::corrupt);
}

TEST(DeltaSchema, AddedFieldsLeaveTheRestAsItIs) {
  const std::string old =
      R"({"type":"struct","fields":[{"name":"a","type":"integer2","nullable":false,)"
      R"("metadata":{"comment":"of another"}}]})";
  EXPECT_FALSE(add_to_schema(old, {}));
  const std::string known =
      R"({"type":"struct","fields":[{"name":"id","type":"long","nullable":false,)"
      R"("metadata":{"comment":"of another"}}]})";
  auto added = add_to_schema(known, flights());
  ASSERT_TRUE(added);
  EXPECT_NE(added->find("of another"), std::string::npos);
  EXPECT_EQ(*read_schema(*added), flights());
}

TEST(DeltaSchema, NestedFieldsAreAddedInTheirStructure) {
  const auto text = write_schema(flights());
  auto wider = flights();
  wider.fields.back().type = Type::list(Type::structure(
      {{.name = "from", .type = TypeKind::text}, {.name = "to", .type = TypeKind::text}}));
  EXPECT_EQ(*read_schema(*add_to_schema(text, wider)), wider);
}

}  // namespace
}  // namespace tarn::table_format
