#include "formats/pipeline/text_forms.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace tarn::pipeline {
namespace {

Error invalid(std::string message) {
  return {ErrorCode::invalid_argument, std::move(message)};
}

bool is_word_character(unsigned char c) {
  return std::isalnum(c) != 0 || c == '_' || c == '-';
}

std::string as_is(const std::string& text) {
  return text;
}

Result<std::string> parse_url(const std::string& text) {
  if (text.find("${secret:") != std::string::npos) {
    return invalid("a URL may be shown in logs; put the secret into headers: or query:");
  }
  for (std::string_view scheme : {"http://", "https://"}) {
    if (!text.starts_with(scheme)) continue;
    std::string_view rest = std::string_view(text).substr(scheme.size());
    bool has_space = std::ranges::any_of(rest, [](unsigned char c) { return c <= ' '; });
    if (has_space) return invalid("a URL has no spaces; write %20");
    if (rest.empty() || rest[0] == '/' || rest[0] == ':') return invalid("the host is missing");
    if (rest.substr(0, rest.find('/')).find('@') != std::string_view::npos) {
      return invalid("a password in the URL would be seen; use a header with ${secret:NAME}");
    }
    return text;
  }
  return invalid("it begins with http:// or https://");
}

Result<std::string> parse_json_pointer(const std::string& text) {
  if (!text.empty() && text[0] != '/') {
    return invalid("it begins with a slash, or is empty for the whole body (RFC 6901)");
  }
  for (size_t at = text.find('~'); at != std::string::npos; at = text.find('~', at + 1)) {
    if (at + 1 < text.size() && (text[at + 1] == '0' || text[at + 1] == '1')) continue;
    return invalid("'~' is written ~0 and a slash in a name ~1 (RFC 6901)");
  }
  return text;
}

Result<std::string> parse_host_and_port(const std::string& text) {
  size_t colon = text.rfind(':');
  unsigned port = 0;
  if (colon == std::string::npos || colon == 0) return invalid("write host:port");
  const char* last = text.data() + text.size();
  auto [end, error] = std::from_chars(text.data() + colon + 1, last, port);
  if (error != std::errc() || end != last || port > 65'535) {
    return invalid("the port is a number from 0 to 65535");
  }
  return text;
}

}  // namespace

Status check_topic_name(const std::string& name) {
  bool fits =
      !name.empty() && name.size() <= 249 && name != "." && name != ".." &&
      std::ranges::all_of(name, [](unsigned char c) { return is_word_character(c) || c == '.'; });
  if (!fits) {
    return invalid(
        "a topic's name has 1 to 249 letters, digits, '.', '_' or '-', and is not '.' or '..'");
  }
  if (name.starts_with("__")) return invalid("topics that begin with '__' belong to tarn itself");
  return {};
}

Status check_step_name(const std::string& name) {
  if (name.empty() || name.size() > 100 || !std::ranges::all_of(name, is_word_character)) {
    return invalid("a name has 1 to 100 letters, digits, '_' or '-'");
  }
  return {};
}

Typed<Millis> duration(Millis min, Millis max) {
  auto parse = [min, max](const std::string& text) -> Result<Millis> {
    Millis parsed = TRY(parse_duration(text));
    if (parsed < min) return invalid("it must be at least " + format_duration(min));
    if (parsed > max) return invalid("it must be at most " + format_duration(max));
    return parsed;
  };
  return text_form<Millis>("a duration such as 500ms, 15s, 1m, 2h or 7d", "^([0-9]+(ms|s|m|h|d))+$",
                           parse, format_duration);
}

Typed<uint64_t> size(uint64_t min) {
  auto parse = [min](const std::string& text) -> Result<uint64_t> {
    uint64_t parsed = TRY(parse_size(text));
    if (parsed < min) return invalid("it must be at least " + format_size(min));
    return parsed;
  };
  return text_form<uint64_t>("a size such as 64MB (10^6 bytes) or 64MiB (2^20 bytes)",
                             "^[0-9]+([kKMGT]i?B|B)?$", parse, format_size);
}

Typed<Quota> quota() {
  return text_form<Quota>(
      "a quota such as 500/month", "^[0-9]+/(second|minute|hour|day|month)$",
      [](const std::string& text) { return Quota::parse(text); },
      [](const Quota& value) { return value.to_string(); });
}

Typed<CronText> cron() {
  auto parse = [](const std::string& text) -> Result<CronText> {
    return CronText{.text = text, .cron = TRY(Cron::parse(text))};
  };
  return text_form<CronText>("a cron expression such as \"*/5 * * * *\"", "", parse,
                             [](const CronText& value) { return value.text; });
}

Typed<SecretText> secret_text() {
  auto parse = [](const std::string& text) { return SecretText::parse(text); };
  auto typed = text_form<SecretText>("a text, which may hold ${secret:NAME}", "", parse,
                                     [](const SecretText& value) { return value.as_written(); });
  auto hidden = std::make_shared<Shape>(*typed.shape);
  hidden->hidden = true;
  return {std::move(hidden)};
}

Typed<std::string> url() {
  return text_form<std::string>("a URL such as https://api.example.com/v1/flights",
                                "^https?://[^ ]+$", parse_url, as_is);
}

Typed<std::string> json_pointer() {
  return text_form<std::string>("a JSON Pointer such as /data/items", "^(/.*)?$",
                                parse_json_pointer, as_is);
}

Typed<std::string> topic_name() {
  auto parse = [](const std::string& text) -> Result<std::string> {
    TRY(check_topic_name(text));
    return text;
  };
  return text_form<std::string>("the name of a topic", "^[A-Za-z0-9._-]{1,249}$", parse, as_is);
}

Typed<std::string> host_and_port() {
  return text_form<std::string>("an address such as 127.0.0.1:9092", "^.+:[0-9]+$",
                                parse_host_and_port, as_is);
}

}  // namespace tarn::pipeline
