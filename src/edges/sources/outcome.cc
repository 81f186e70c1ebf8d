#include "edges/sources/outcome.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "engines/http/date.h"
#include "engines/http/errors.h"

namespace tarn::sources {
namespace {

constexpr size_t kMessageBytesMax = 4096;

constexpr std::array<std::string_view, 11> kQuotaWords = {"quota",
                                                          "rate limit",
                                                          "rate-limit",
                                                          "ratelimit",
                                                          "rate_limit",
                                                          "limit exceeded",
                                                          "limit reached",
                                                          "too many requests",
                                                          "too many calls",
                                                          "exceeded your",
                                                          "requests on your current plan"};

// Used up for long, not only for a moment.
constexpr std::array<std::string_view, 5> kPlanWords = {"quota", "plan", "monthly", "daily",
                                                        "per month"};

// Members of which error objects consist. What has others is taken for data.
constexpr std::array<std::string_view, 30> kErrorMembers = {"message",
                                                            "error",
                                                            "errors",
                                                            "error_message",
                                                            "error_description",
                                                            "error_code",
                                                            "errorcode",
                                                            "errormessage",
                                                            "code",
                                                            "status",
                                                            "statuscode",
                                                            "status_code",
                                                            "detail",
                                                            "details",
                                                            "title",
                                                            "type",
                                                            "instance",
                                                            "info",
                                                            "reason",
                                                            "request_id",
                                                            "requestid",
                                                            "timestamp",
                                                            "path",
                                                            "success",
                                                            "ok",
                                                            "documentation_url",
                                                            "help",
                                                            "trace_id",
                                                            "fault",
                                                            "msg"};

// One of these makes it an error and not, say, a bare status.
constexpr std::array<std::string_view, 9> kErrorTexts = {"message",       "error",        "errors",
                                                         "error_message", "errormessage", "detail",
                                                         "fault",         "msg",          "reason"};

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lowered;
}

template <size_t size>
bool contains_any(std::string_view text, const std::array<std::string_view, size>& words) {
  const std::string lowered = lower_case(text.substr(0, kMessageBytesMax));
  return std::ranges::any_of(words, [&](std::string_view word) { return lowered.contains(word); });
}

// null, false, 0, "", [], {} as the value of "error" say that there is none.
bool is_nothing(json::Value value) {
  const std::string raw = value.compact();
  return raw == "null" || raw == "false" || raw == "0" || raw == "\"\"" || raw == "[]" ||
         raw == "{}";
}

// "status": "success" and the like.
bool says_success(std::string_view name, json::Value value) {
  const std::string text = lower_case(value.text());
  if (name == "success" || name == "ok") return text == "true";
  return name == "status" && (text == "ok" || text == "success" || text == "200");
}

bool is_error_object(json::Value value) {
  if (value.kind() != json::Kind::object) return false;
  bool has_text = false;
  json::Members members(value);
  while (auto member = members.next()) {
    const std::string name = lower_case(member->first.text());
    if (std::ranges::find(kErrorMembers, name) == kErrorMembers.end()) return false;
    if (says_success(name, member->second)) return false;
    const bool tells = std::ranges::find(kErrorTexts, name) != kErrorTexts.end();
    has_text = has_text || (tells && !is_nothing(member->second));
  }
  return has_text;
}

Outcome failing(std::string_view sentence, std::string_view body) {
  Outcome outcome;
  outcome.verdict = Verdict::failing;
  outcome.reason = sentence;
  outcome.body_start = body.substr(0, kMessageBytesMax);
  return outcome;
}

Outcome used_up(std::string_view body, std::optional<Millis> retry_after) {
  Outcome outcome = failing("the service says that its calls are used up", body);
  outcome.verdict = Verdict::quota;
  outcome.retry_after = retry_after;
  return outcome;
}

// "data" kinds that people serve JSON as, although they are not JSON's own.
bool may_be_json(const std::optional<std::string_view>& content_type) {
  if (!content_type) return true;
  const std::string type = http::media_type(*content_type);
  return http::is_json_media_type(type) || type == "text/json" || type == "text/plain" ||
         type == "text/javascript" || type == "application/javascript" ||
         type == "application/octet-stream";
}

// A page that is no page: a short text may be a quota message.
Outcome not_a_page(std::string_view sentence, std::string_view body) {
  if (body.size() <= kMessageBytesMax && mentions_quota(body)) return used_up(body, {});
  return failing(sentence, body);
}

Outcome judge_target(Outcome outcome, json::Value target, bool whole, std::string_view where) {
  const json::Kind kind = target.kind();
  if (is_error_object(target)) {
    return not_a_page("the answer is an error object, not a record", target.raw());
  }
  if (!whole && kind == json::Kind::null) return outcome;
  if (!whole && kind != json::Kind::array && kind != json::Kind::object) {
    return not_a_page(fmt::format("{} there is a {}, neither an array nor an object", where,
                                  json::to_string(kind)),
                      outcome.body->raw());
  }
  outcome.records = PageRecords{target, whole || kind == json::Kind::object};
  return outcome;
}

Outcome judge_page(const http::ClientResponse& answer,
                   const std::optional<json::Pointer>& pointer) {
  const auto content_type = answer.headers.find("Content-Type");
  if (!may_be_json(content_type)) {
    return not_a_page(fmt::format("the answer is not JSON but {}", excerpt(*content_type)),
                      answer.body);
  }
  const auto body = json::parse(answer.body);
  if (!body) return not_a_page(body.error().message(), answer.body);
  Outcome outcome;
  outcome.verdict = Verdict::records;
  outcome.body = *body;
  if (!pointer) return judge_target(std::move(outcome), *body, false, "instead of records");
  const auto target = pointer->find(*body);
  if (target) {
    return judge_target(std::move(outcome), *target, pointer->text().empty(),
                        fmt::format("at {}", pointer->text()));
  }
  return not_a_page(fmt::format("there is nothing at {}", pointer->text()), answer.body);
}

bool may_pass(int status) {
  return status == 408 || status == 425 || status == 429 ||
         (status >= 500 && status != 501 && status != 505);
}

}  // namespace

std::string describe(const Outcome& outcome, const Redactor& redactor) {
  const std::string reason = redactor.hide(outcome.reason);
  if (outcome.body_start.empty()) return reason;
  return reason + ": " + excerpt(redactor.hide(outcome.body_start));
}

bool mentions_quota(std::string_view text) {
  return contains_any(text, kQuotaWords);
}

Outcome judge(const http::ClientResponse& answer, const std::optional<json::Pointer>& pointer,
              Timestamp now) {
  const int status = answer.status;
  Outcome outcome;
  outcome.verdict = Verdict::records;
  if (status == 204) return outcome;
  if (status >= 200 && status < 300) return judge_page(answer, pointer);
  outcome.verdict = Verdict::not_modified;
  if (status == 304) return outcome;

  std::optional<Millis> retry_after;
  if (const auto field = answer.headers.find("Retry-After")) {
    retry_after = http::parse_retry_after(*field, now);
  }
  const bool for_long = status == 429 && contains_any(answer.body, kPlanWords);
  const bool refused = status == 402 || status == 403;
  if (for_long || (refused && mentions_quota(answer.body))) {
    return used_up(answer.body, retry_after);
  }
  outcome = failing(fmt::format("the service answered {} {}", status, http::reason_phrase(status)),
                    answer.body);
  if (may_pass(status)) outcome.verdict = Verdict::retry;
  outcome.retry_after = retry_after;
  return outcome;
}

Outcome judge(const Error& error) {
  Outcome outcome = failing(error.message(), "");
  const bool passes =
      error.code() == ErrorCode::unavailable || error.code() == ErrorCode::timed_out;
  if (passes) outcome.verdict = Verdict::retry;
  return outcome;
}

}  // namespace tarn::sources
