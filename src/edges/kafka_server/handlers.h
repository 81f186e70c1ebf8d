// Which APIs are served, in which versions, by whom.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/error.h"
#include "edges/kafka_server/needs.h"
#include "edges/kafka_server/request.h"
#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/encoder.h"
#include "platform/runtime/task.h"

namespace tarn::kafka_server {

// The answer with its size and header; none: the client wants no answer.
using PendingAnswer = runtime::Awaitable<std::optional<kafka_protocol::Frame>>;

// deferred: nothing happens before the answer is awaited. eager: the request has its effect in the
// order of the calls, and awaiting only waits for it.
enum class Start { deferred, eager };

struct ApiRow {
  kafka_protocol::Api api;
  int16_t first = 0;       // served
  int16_t last = 0;        // served and advertised
  int16_t advertised = 0;  // from; lower than first where old clients look for the number only
  Start start = Start::deferred;
  // corrupt when the body is not what the API and version say.
  Result<PendingAnswer> (*handle)(const Services&, RequestContext) = nullptr;
  Needs needs = {};  // see handlers.cc

  [[nodiscard]] bool serves(int16_t version) const { return version >= first && version <= last; }
};

// By API key. ApiVersions answers with it.
std::span<const ApiRow> api_rows();
const ApiRow* find_api_row(int16_t key);

}  // namespace tarn::kafka_server
