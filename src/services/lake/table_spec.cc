#include "services/lake/table_spec.h"

#include <algorithm>
#include <set>

#include "engines/objectstore/object_store.h"
#include "formats/columns/schema.h"
#include "services/lake/path_template.h"
#include "services/lake/row_decoder.h"

namespace tarn::lake {
namespace {

constexpr size_t kNameBytesMax = 128;

bool is_format(std::string_view format) {
  for (size_t at = 0; at < format.size(); ++at) {
    const char c = format[at];
    if (c == '\'' || c == '\\' || c < ' ') return false;
    if (c != '%') continue;
    if (++at == format.size() || !std::string_view("YmdH").contains(format[at])) return false;
  }
  return true;
}

void check_field(const PartitionField& field, std::set<std::string>& names,
                 std::vector<std::string>& reasons) {
  const auto at = "partition_by " + field.name;
  if (field.name.empty() || columns::nested_name(field.name) != field.name) {
    reasons.push_back(at + ": this cannot be a column's name");
  }
  if (!names.insert(columns::fold_name(field.name)).second) {
    reasons.push_back(at + ": two partition columns have this name");
  }
  if (field.part && is_metadata_name(field.name)) {
    reasons.push_back(at + ": this is the name of a metadata column");
  }
  if (!is_format(field.format)) {
    reasons.push_back(at + ": format knows %Y, %m, %d and %H and plain characters");
  }
}

}  // namespace

Status check_table_spec(const TableSpec& spec) {
  std::vector<std::string> reasons;
  const auto folder = spec.folder.empty() ? spec.name : spec.folder;
  if (spec.name.empty() || spec.name.size() > kNameBytesMax) {
    reasons.push_back("its name has 1 to 128 bytes");
  } else if (auto valid = objectstore::check_object_name(folder); !valid) {
    reasons.push_back(valid.error().message());
  } else if (folder.starts_with('_') || folder.starts_with('.')) {
    reasons.push_back("a folder that begins with '_' or '.' is hidden from readers");
  }
  if (spec.topics.empty()) reasons.emplace_back("it has no topic to read from");
  if (spec.commit.every < Millis(1)) reasons.emplace_back("commit every: more than 0 is wanted");
  std::set<std::string> names;
  for (const auto& field : spec.partition_by) check_field(field, names, reasons);
  if (spec.format == TableFormat::json) {
    if (!spec.partition_by.empty())
      reasons.emplace_back("json objects have path:, not partition_by");
    if (spec.schema != SchemaPolicy::evolve) {
      reasons.emplace_back("schema: is for delta; json objects hold what the records hold");
    }
    if (auto path = PathTemplate::parse(spec.path); !path) {
      reasons.push_back(path.error().message());
    }
  } else if (!spec.path.empty()) {
    reasons.emplace_back("path: is for json objects");
  }
  if (reasons.empty()) return {};
  std::string message = "table " + spec.name + ": ";
  for (size_t at = 0; at < reasons.size(); ++at) message += (at == 0 ? "" : "; ") + reasons[at];
  return Error(ErrorCode::invalid_argument, std::move(message));
}

}  // namespace tarn::lake
