#include "formats/table_format/delta_protocol.h"

#include <gtest/gtest.h>

namespace tarn::table_format {
namespace {

std::string refusal(const Protocol& protocol, const Metadata& metadata = {}) {
  auto status = check_writable(protocol, metadata);
  return status ? "" : status.error().message();
}

TEST(DeltaProtocol, OurOwnTablesAreWritten) {
  EXPECT_EQ(refusal({.reader_version = 1, .writer_version = 2}), "");
  EXPECT_EQ(refusal({.reader_version = 1,
                     .writer_version = 7,
                     .writer_features = std::vector<std::string>{"appendOnly", "invariants"}}),
            "");
}

TEST(DeltaProtocol, UnknownFeaturesAreNamed) {
  const Protocol vectors{.reader_version = 3,
                         .writer_version = 7,
                         .reader_features = std::vector<std::string>{"deletionVectors"}};
  EXPECT_NE(refusal(vectors).find("deletionVectors"), std::string::npos);
  const Protocol tracking{
      .writer_version = 7,
      .writer_features = std::vector<std::string>{"appendOnly", "rowTracking", "clustering"}};
  EXPECT_NE(refusal(tracking).find("rowTracking, clustering"), std::string::npos);
}

TEST(DeltaProtocol, OldVersionsAreNamedWithWhatTheyNeed) {
  EXPECT_NE(refusal({.reader_version = 2, .writer_version = 5}).find("columnMapping"),
            std::string::npos);
  EXPECT_NE(refusal({.reader_version = 1, .writer_version = 4}).find("generatedColumns"),
            std::string::npos);
  EXPECT_NE(refusal({.reader_version = 4, .writer_version = 8}).find("reader version 4"),
            std::string::npos);
}

TEST(DeltaProtocol, ColumnInvariantsAreRefused) {
  const Metadata guarded{.schema_string = R"({"metadata":{"delta.invariants":"x > 1"}})"};
  EXPECT_NE(refusal({}, guarded).find("invariants"), std::string::npos);
}

}  // namespace
}  // namespace tarn::table_format
