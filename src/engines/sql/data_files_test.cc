#include "engines/sql/data_files.h"

#include <gtest/gtest.h>

namespace tarn::sql {
namespace {

std::vector<DataFile> files(size_t first, size_t end) {
  std::vector<DataFile> list;
  for (size_t at = first; at < end; ++at) list.push_back({.path = std::to_string(at)});
  return list;
}

void expect_in_order(const DataFiles& list, size_t size) {
  ASSERT_EQ(list.size(), size);
  for (size_t at = 0; at < size; ++at) ASSERT_EQ(list[at].path, std::to_string(at));
}

TEST(DataFilesTest, FilesKeepTheirPlacesWhateverTheStepsTheyCameIn) {
  for (const size_t step : std::vector<size_t>{1, 7, 255, 256, 257, 600}) {
    DataFiles list;
    for (size_t size = 0; size < 1200; size += step) list = list.with(files(size, size + step));
    expect_in_order(list, (1200 + step - 1) / step * step);
  }
}

TEST(DataFilesTest, AnEarlierStateStaysAsItWas) {
  const DataFiles before(files(0, 300));
  const DataFiles after = before.with(files(300, 301));
  expect_in_order(before, 300);
  expect_in_order(after, 301);
}

TEST(DataFilesTest, StatesShareTheirFullBlocks) {
  const DataFiles before(files(0, 256));
  const DataFiles after = before.with(files(256, 300));
  EXPECT_EQ(&before[0], &after[0]);
}

TEST(DataFilesTest, NothingAddedIsTheSameList) {
  EXPECT_TRUE(DataFiles().empty());
  expect_in_order(DataFiles(files(0, 3)).with({}), 3);
}

}  // namespace
}  // namespace tarn::sql
