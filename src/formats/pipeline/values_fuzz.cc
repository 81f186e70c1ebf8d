// Texts of tarn.yaml, of test files and of queries. Oracles: sizes and durations that are taken are
// written so that they read the same; a parameter that is taken is within what is allowed; a test
// file that is refused says why.
#include <cmath>

#include "base/check.h"
#include "formats/pipeline/parameter_value.h"
#include "formats/pipeline/secret_text.h"
#include "formats/pipeline/sql_parameters.h"
#include "formats/pipeline/test_case.h"
#include "formats/pipeline/units.h"

namespace {

using namespace tarn;
using namespace tarn::pipeline;

void check_units(std::string_view text) {
  if (const auto bytes = parse_size(text)) {
    const auto again = parse_size(format_size(*bytes));
    check(again && *again == *bytes, "a size is read back");
  }
  if (const auto time = parse_duration(text)) {
    const auto again = parse_duration(format_duration(*time));
    check(again && *again == *time, "a duration is read back");
  }
}

void check_parameters(std::string_view text) {
  const Parameter integer{
      .name = "n", .type = ParameterType::integer, .min = 1, .max = 100, .choices = {}};
  if (const auto value = read_parameter(integer, text)) {
    const auto number = std::get<int64_t>(*value);
    check(number >= 1 && number <= 100, "within its range");
  }
  Parameter limited{.name = "t", .length_max = 3};
  if (const auto value = read_parameter(limited, text)) {
    check(std::get<std::string>(*value).size() <= size_t{3} * 4, "within its length");
  }
  for (const auto type : {ParameterType::number, ParameterType::boolean, ParameterType::date,
                          ParameterType::timestamp}) {
    limited.type = type;
    const auto value = read_parameter(limited, text);
    if (!value) continue;
    if (const auto* number = std::get_if<double>(&*value)) check(!std::isnan(*number), "a number");
  }
}

void check_secret(std::string_view text) {
  const auto secret = SecretText::parse(text);
  if (!secret) return;
  check(secret->as_written() == text, "it is shown as written");
  const auto unknown = [](const std::string&) -> Result<Secret> {
    return Error(ErrorCode::not_found, "no such secret");
  };
  check(secret->names().empty() == secret->resolve(unknown).has_value(), "names are looked up");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.ends_with('\n')) text.remove_suffix(1);  // of the corpus files
  check_units(text);
  check_parameters(text);
  check_secret(text);
  const auto sql = read_sql_parameters(text);
  check(sql.statement.size() == text.size(), "every character keeps its place");
  if (const auto test = parse_test_case(text); !test) {
    check(!test.error().empty(), "a refused file has a problem");
  }
  return 0;
}
