// Oracle: Boost.JSON. What it accepts we accept, and show with the same content; what we accept it
// accepts, but for what it refuses on grounds of its own (lone surrogates, huge exponents).
#include <boost/json.hpp>

#include "base/check.h"
#include "formats/json/pointer.h"
#include "formats/json/value.h"

namespace {

namespace json = tarn::json;
constexpr size_t kDepthMax = 64;

void compare(json::Value value, const boost::json::value& expected) {
  if (const auto* object = expected.if_object()) {
    tarn::check(value.kind() == json::Kind::object, "an object");
    for (const auto& member : *object) {
      const auto found = value.member(member.key());
      tarn::check(found.has_value(), "a member");
      compare(*found, member.value());
    }
  } else if (const auto* array = expected.if_array()) {
    json::Elements elements(value);
    for (const auto& element : *array) compare(*elements.next(), element);
    tarn::check(!elements.next().has_value(), "no more elements");
  } else if (const auto* text = expected.if_string()) {
    tarn::check(value.text() == std::string_view(*text), "a string");
  } else if (const auto* number = expected.if_int64()) {
    tarn::check(value.integer() == *number || value.raw() == "-0", "an integer");
  }
}

// A lone surrogate has several errors there, the general one among them.
bool is_its_own_ground(const boost::system::error_code& refused, std::string_view text) {
  return refused == boost::json::error::exponent_overflow || text.contains("\\ud") ||
         text.contains("\\uD");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto ours = json::parse(text, kDepthMax);
  if (text.starts_with("\xef\xbb\xbf")) return 0;
  boost::system::error_code refused;
  boost::json::parse_options options;
  options.max_depth = kDepthMax;
  const auto theirs = boost::json::parse(text, refused, {}, options);
  if (!refused) {
    tarn::check(ours.has_value(), "what the oracle accepts is accepted");
    compare(*ours, theirs);
    const std::string compact = ours->compact();
    tarn::check(json::parse(compact)->compact() == compact, "compact text is compact");
  } else if (ours) {
    tarn::check(is_its_own_ground(refused, text), "what the oracle refuses is refused");
  }
  if (const auto pointer = json::Pointer::parse(text); pointer && ours) {
    const auto found = pointer->find(*ours);
    tarn::check(!found || ours->raw().contains(found->raw()), "what is found is inside");
  }
  return 0;
}
