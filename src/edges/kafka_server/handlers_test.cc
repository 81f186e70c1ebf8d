#include "edges/kafka_server/handlers.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/kafka_protocol/all_messages.h"
#include "services/access/names.h"

namespace tarn::kafka_server {
namespace {

TEST(Handlers, EveryMessageThatIsDescribedIsServedInAllItsVersions) {
  size_t described = 0;
  kafka_protocol::for_each_message([&]<class Request, class Response>(int16_t first, int16_t last) {
    ++described;
    const auto* row = find_api_row(Request::kApi.key);
    ASSERT_NE(row, nullptr) << Request::kApi.name;
    EXPECT_EQ(row->first, first) << Request::kApi.name;
    EXPECT_EQ(row->last, last) << Request::kApi.name;
  });
  EXPECT_EQ(api_rows().size(), described);
}

TEST(Handlers, RowsAreInTheOrderOfTheirKeys) {
  EXPECT_TRUE(std::ranges::is_sorted(api_rows(), std::less_equal{},
                                     [](const ApiRow& row) { return row.api.key; }));
}

TEST(Handlers, TheGuideListsAllOfThem) {
  std::ifstream file("docs/guide/kafka.md");
  const std::string guide{std::istreambuf_iterator<char>(file), {}};
  for (const ApiRow& row : api_rows()) {
    std::string line = "| " + std::to_string(row.api.key) + " | " + std::string(row.api.name) +
                       " | " + std::to_string(row.first);
    if (row.last != row.first) line += "–" + std::to_string(row.last);
    EXPECT_THAT(guide, ::testing::HasSubstr(line + " |"));
  }
}

// Said twice, so that no right changes unseen.
TEST(Handlers, TheGuideTellsTheRightsThatEachAsksFor) {
  std::ifstream file("docs/guide/security.md");
  const std::string guide{std::istreambuf_iterator<char>(file), {}};
  for (const ApiRow& row : api_rows()) {
    std::string rights;
    for (const Need& need : row.needs.all()) {
      rights += (rights.empty() ? "" : ", ") + std::string(access::to_string(need.operation)) +
                " on " + std::string(access::to_string(need.type));
    }
    const std::string line =
        "| `" + std::string(row.api.name) + "` | " + (rights.empty() ? "nothing" : rights) + " |";
    EXPECT_THAT(guide, ::testing::HasSubstr(line));
  }
}

TEST(Handlers, AnUnknownKeyHasNoRow) {
  EXPECT_EQ(find_api_row(999), nullptr);
  EXPECT_EQ(find_api_row(-1), nullptr);
}

}  // namespace
}  // namespace tarn::kafka_server
