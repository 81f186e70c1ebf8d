// Names of JSON objects: "year={year}/month={month}/day={day}/data_{HHmmss}.json".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace tarn::lake {

// Placeholders: {year} {month} {day} {hour} {HHmmss}, zero-padded, in UTC. Records are grouped by
// the folders that their own times give; an object's own name is that of its first record.
class PathTemplate {
 public:
  // invalid_argument names what is wrong. An empty text is data_{HHmmss}.json by day.
  static Result<PathTemplate> parse(std::string_view text);

  // "year=2024/month=09/day=01"; empty when the template has no folder.
  [[nodiscard]] std::string folder(Timestamp of) const;
  // The whole name; clash 0, 1, 2, …: "data_113601.json", "data_113601-1.json".
  [[nodiscard]] std::string name(Timestamp first, int clash) const;

 private:
  std::string folder_;
  std::string stem_;
  std::string extension_;  // ".json", or empty
};

}  // namespace tarn::lake
