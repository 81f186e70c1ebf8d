// Texts that the lake keeps or is given. Oracles: a commit that is read reads the same once it was
// written; a template that is taken gives names without a way out of the folder.
#include "base/check.h"
#include "services/lake/object_commit.h"
#include "services/lake/path_template.h"
#include "services/lake/table_spec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tarn;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.ends_with('\n')) text.remove_suffix(1);  // of the corpus files
  if (const auto commit = lake::read_object_commit(text)) {
    const auto again = lake::read_object_commit(lake::write_object_commit(*commit));
    check(again && *again == *commit, "the same commit");
  }
  if (const auto names = lake::PathTemplate::parse(text)) {
    const auto at = from_unix_millis(1'725'190'561'000);
    const auto first = names->name(at, 0);
    check(first.starts_with(names->folder(at)), "a name lies in its folder");
    check(first != names->name(at, 1), "a clash has another name");
    check(!("/" + first + "/").contains("/../") && !first.starts_with('/'), "no way out");
  }
  if (const auto field = lake::parse_partition_field(text)) {
    check(!field->name.empty(), "a partition column has a name");
  }
  return 0;
}
