// What an answer of the service means.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "edges/sources/redactor.h"
#include "engines/http/client.h"
#include "formats/json/pointer.h"

namespace tarn::sources {

enum class Verdict {
  records,       // a page, perhaps an empty one
  not_modified,  // 304
  quota,         // the service says that its calls are used up
  retry,         // may pass: 408, 425, 429, 5xx, the network
  failing,       // not what was expected; a person should look
};

// The records of a page: the elements of target, or target itself; none for null.
struct PageRecords {
  json::Value target;
  bool whole = false;  // target is one record, also when it is an array
};

struct Outcome {
  Verdict verdict = Verdict::failing;
  std::string reason;                  // for quota, retry and failing: a sentence
  std::string body_start;              // what describe() shows an excerpt of
  std::optional<Millis> retry_after;   // as the service said
  std::optional<json::Value> body;     // of a page, unless it is empty (204)
  std::optional<PageRecords> records;  // of a page, unless it is empty or null
};

// pointer: none for the body itself, by the rule for its kind; "" for the body as one record.
// The outcome borrows the answer's body. The rules are those of docs/guide/http-source.md.
Outcome judge(const http::ClientResponse& answer, const std::optional<json::Pointer>& pointer,
              Timestamp now);
// The call came to no answer.
Outcome judge(const Error& error);

// The reason and an excerpt of the answer. Secrets are hidden before anything is cut off: half a
// secret would not be recognised.
std::string describe(const Outcome& outcome, const Redactor& redactor);

// Whether a text speaks of used-up calls: "quota", "rate limit", "too many requests" and so on.
bool mentions_quota(std::string_view text);

}  // namespace tarn::sources
