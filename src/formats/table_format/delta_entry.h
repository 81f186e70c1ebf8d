// A log entry as text: one JSON object a line, each with one key, the action's name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "formats/table_format/delta_actions.h"

namespace tarn::table_format {

// The given order, which should begin with the CommitInfo; a line feed after each action.
std::string write_entry(const std::vector<Action>& actions);

// Actions this release does not know are skipped, as the protocol wants it: what may not be skipped
// is announced by the table's protocol (check_readable). Also reads the rows of a checkpoint made
// JSON. Errors: corrupt, with the line; unimplemented for a file with a deletion vector.
Result<std::vector<Action>> read_entry(std::string_view text);

}  // namespace tarn::table_format
