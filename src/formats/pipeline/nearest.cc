#include "formats/pipeline/nearest.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace tarn::pipeline {
namespace {

// Insertions, deletions, replacements, and swaps of neighbours (optimal string alignment).
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return std::tolower(c); });
  return result;
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& among) {
  constexpr size_t kLongestCompared = 100;
  if (word.size() > kLongestCompared) return std::nullopt;
  const std::string* best = nullptr;
  size_t best_distance = std::max<size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : among) {
    if (candidate.size() > kLongestCompared) continue;
    size_t found = distance(lower(word), lower(candidate));
    bool is_extension = word.size() >= 3 && candidate.starts_with(word);
    if (is_extension) found = 1;
    if (found < best_distance) {
      best_distance = found;
      best = &candidate;
    }
  }
  if (best == nullptr) return std::nullopt;
  return *best;
}

}  // namespace tarn::pipeline
