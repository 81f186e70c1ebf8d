#include "engines/sql/data_files.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tarn::sql {

DataFiles::DataFiles(std::vector<DataFile> files) : DataFiles(DataFiles().with(std::move(files))) {}

DataFiles DataFiles::with(std::vector<DataFile> more) const {
  DataFiles all = *this;
  auto next = std::make_move_iterator(more.begin());
  const auto end = std::make_move_iterator(more.end());
  while (next != end) {
    Block block;
    const size_t in_last = all.size_ % kBlockFiles;
    if (in_last > 0) {
      block = *all.blocks_.back();
      all.blocks_.pop_back();
    }
    const auto count = std::min(kBlockFiles - in_last, static_cast<size_t>(end - next));
    std::copy_n(next, count, std::back_inserter(block));
    next += static_cast<ptrdiff_t>(count);
    all.size_ += count;
    all.blocks_.push_back(std::make_shared<const Block>(std::move(block)));
  }
  return all;
}

}  // namespace tarn::sql
