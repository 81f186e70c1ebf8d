// An answer of a hostile service: bytes before the first zero byte are header values, the rest is
// the body. Oracle: whatever is judged to be records can be made into batches of as many records,
// and the next page is on the same host.
#include "base/check.h"
#include "edges/sources/link_header.h"
#include "edges/sources/outcome.h"
#include "edges/sources/page_batches.h"
#include "edges/sources/pagination.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tarn;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t split = std::min(text.find('\0'), text.size());
  const std::string field(text.substr(0, split));
  http::ClientResponse answer;
  answer.status = size % 3 == 0 ? 429 : 200;
  answer.headers = {{"Link", field}, {"Retry-After", field}};
  answer.body = text.substr(std::min(split + 1, text.size()));

  for (const char* where : {"", "/data", "none"}) {
    const bool has_pointer = std::string_view(where) != "none";
    const auto pointer = has_pointer ? std::optional(*json::Pointer::parse(where)) : std::nullopt;
    const auto outcome = sources::judge(answer, pointer, from_unix_millis(0));
    if (outcome.verdict != sources::Verdict::records) continue;
    const sources::BatchRules rules{.topic = TopicName("t"),
                                    .partitions = 3,
                                    .key = *json::Pointer::parse("/id"),
                                    .batch_bytes_max = 64};
    const auto made = sources::make_batches(rules, outcome.records, from_unix_millis(0), 1);
    check(made.records == sources::count_records(outcome.records), "all records are made");
    const auto base = *http::Url::parse("https://a/b");
    const auto paginator = sources::Paginator::create({}, base);
    const auto next = paginator->next({base, &answer.headers, outcome.body, made.records});
    check(!next || !next->url || next->url->has_same_origin(base), "pages stay on their host");
  }
  return 0;
}
