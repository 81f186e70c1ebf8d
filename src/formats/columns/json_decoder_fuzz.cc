// Lines as records. A record is a row exactly when simdjson's validating parser takes it for an
// object; and a row that is written as JSON decodes to the same row.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "formats/columns/json_decoder.h"
#include "formats/columns/json_text.h"

namespace {

using namespace tarn::columns;

enum class Verdict { object, broken, unknown };

// Unknown where the two differ on purpose: numbers of any size, half surrogates, nesting.
Verdict verdict_of(std::string_view record) {
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  switch (parser.parse(simdjson::padded_string(record)).get(element)) {
    case simdjson::SUCCESS:
      break;
    case simdjson::NUMBER_ERROR:
    case simdjson::BIGINT_ERROR:
    case simdjson::NUMBER_OUT_OF_RANGE:
    case simdjson::STRING_ERROR:
    case simdjson::DEPTH_ERROR:
      return Verdict::unknown;
    default:
      return Verdict::broken;
  }
  if (std::ranges::count(record, '[') + std::ranges::count(record, '{') > 400) {
    return Verdict::unknown;
  }
  return element.is_object() ? Verdict::object : Verdict::broken;
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void check_verdicts(const std::vector<std::string_view>& records, const DecodedRecords& decoded) {
  std::vector<bool> is_row(records.size());
  for (const size_t record : decoded.records) is_row[record] = true;
  for (size_t record = 0; record < records.size(); ++record) {
    const Verdict verdict = verdict_of(records[record]);
    if (verdict == Verdict::object && !is_row[record]) std::abort();
    if (verdict == Verdict::broken && is_row[record]) std::abort();
  }
  for (const Column& column : decoded.batch.columns) {
    if (column.rows() != decoded.records.size()) std::abort();
  }
}

void check_round_trip(const DecodedRecords& decoded) {
  std::vector<std::string> texts(decoded.batch.rows());
  for (size_t row = 0; row < texts.size(); ++row) append_json_row(decoded.batch, row, texts[row]);
  JsonDecoder decoder(decoded.batch.schema);
  const std::vector<std::string_view> records(texts.begin(), texts.end());
  const DecodedRecords again = decoder.decode(records);
  if (again.schema_changed || again.records.size() != texts.size()) std::abort();
  for (size_t row = 0; row < texts.size(); ++row) {
    std::string text;
    append_json_row(again.batch, row, text);
    if (text != texts[row]) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto records = split_lines({reinterpret_cast<const char*>(data), size});
  JsonDecoder decoder(Schema{}, {.limits = {.columns_max = 20, .depth_max = 4}});
  const DecodedRecords decoded = decoder.decode(records);
  check_verdicts(records, decoded);
  if (!decoded.batch.columns.empty() && !decoded.batch.schema.find(kRescuedColumn)) {
    check_round_trip(decoded);
  }
  const DecodedRecords again = decoder.decode(records);
  if (again.schema_changed || again.records != decoded.records) std::abort();
  return 0;
}
