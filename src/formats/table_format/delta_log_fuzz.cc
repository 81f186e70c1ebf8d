// Names and texts of a table's log. Oracles: an escaped path is read back; a checkpoint made of a
// snapshot gives the same snapshot.
#include "base/check.h"
#include "formats/table_format/delta_entry.h"
#include "formats/table_format/delta_paths.h"
#include "formats/table_format/delta_protocol.h"
#include "formats/table_format/delta_snapshot.h"
#include "formats/table_format/delta_stats.h"

namespace {

using namespace tarn;
using namespace tarn::table_format;

void check_paths(std::string_view text) {
  const auto back = uri_decode(uri_encode(text));
  check(back && *back == text, "an encoded path is read back");
  if (const auto plain = uri_decode(text)) {
    check(*uri_decode(uri_encode(*plain)) == *plain, "and one that was read");
  }
  const auto folder = partition_folder({"c"}, {{"c", std::string(text)}});
  check(!folder.contains('/') && folder.starts_with("c="), "a value is one folder");
  const auto name = parse_log_name(text);
  if (name.kind == LogName::Kind::entry) check(text == entry_name(name.version), "an entry");
  if (name.kind == LogName::Kind::checkpoint) {
    check(text == checkpoint_name(name.version), "a checkpoint");
  }
}

void check_snapshot(std::string_view text) {
  const auto actions = read_entry(text);
  if (!actions) return;
  DeltaSnapshot snapshot;
  snapshot.apply(0, *actions);
  (void)check_readable(snapshot.protocol());
  if (snapshot.metadata()) (void)check_writable(snapshot.protocol(), *snapshot.metadata());
  DeltaSnapshot again;
  again.apply(0, snapshot.checkpoint_actions(0));
  auto files = snapshot.files();
  for (auto& [path, file] : files) file.data_change = false;  // as a checkpoint says of all files
  check(again.files() == files, "the same files");
  check(again.transactions() == snapshot.transactions(), "the same positions");
  check(again.metadata() == snapshot.metadata(), "the same metadata");
  check(again.rows() == snapshot.rows() && again.bytes() == snapshot.bytes(), "the same sums");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.ends_with('\n')) text.remove_suffix(1);  // of the corpus files
  check_paths(text);
  check_snapshot(text);
  if (const auto version = read_last_checkpoint(text)) {
    check(read_last_checkpoint(write_last_checkpoint(*version, 1)) == version, "read back");
  }
  (void)read_row_count(std::string(text));
  return 0;
}
