// What is read as an entry reads the same after it was written.
#include "base/check.h"
#include "formats/table_format/delta_entry.h"
#include "formats/table_format/delta_schema.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tarn;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto actions = table_format::read_entry(text)) {
    auto again = table_format::read_entry(table_format::write_entry(*actions));
    check(again && *again == *actions, "an entry survives writing");
  }
  if (auto schema = table_format::read_schema(text)) {
    auto again = table_format::read_schema(table_format::write_schema(*schema));
    check(again && *again == *schema, "a schema survives writing");
  }
  return 0;
}
