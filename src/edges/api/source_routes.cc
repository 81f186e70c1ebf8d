#include <boost/json.hpp>

#include "edges/api/json_body.h"
#include "edges/api/respond.h"
#include "edges/api/routes.h"
#include "edges/sources/http_source.h"

namespace tarn::api {
namespace {

namespace json = boost::json;

json::object describe(const sources::SourceStatus& source) {
  json::object described{{"name", source.name},
                         {"topic", source.topic},
                         {"state", sources::to_string(source.state)},
                         {"reason", source.reason},
                         {"last_poll", to_json(source.last_poll)},
                         {"next_call", to_json(source.next_call)},
                         {"polls", source.polls},
                         {"calls", source.calls},
                         {"records", source.records},
                         {"page", source.page},
                         {"pagination", source.pagination},
                         {"cursor", source.cursor},
                         {"quota_resets", to_json(source.quota_resets)}};
  if (source.last_http_status) described["last_http_status"] = *source.last_http_status;
  if (source.calls_left) described["calls_left"] = *source.calls_left;
  return described;
}

Result<sources::HttpSource*> find_source(const Sources* sources, const http::Request& request) {
  std::string name = path_parameter(request, "source");
  auto found = sources->find(name);
  if (found == sources->end()) {
    return Error(ErrorCode::not_found, "there is no source '" + name + "'");
  }
  return found->second;
}

runtime::Task<http::Response> list_sources(const Sources* sources) {
  json::array list;
  for (const auto& [name, source] : *sources) list.push_back(describe(source->status()));
  co_return respond_json(json::object{{"sources", std::move(list)}});
}

runtime::Task<http::Response> describe_source(http::Request request, const Sources* sources) {
  auto* source = CO_TRY(find_source(sources, request));
  co_return respond_json(describe(source->status()));
}

runtime::Task<http::Response> show_lines(http::Request request, const Sources* sources) {
  auto* source = CO_TRY(find_source(sources, request));
  auto limit = CO_TRY(integer_parameter(request, "limit")).value_or(100);
  if (limit < 1 || limit > 10'000) {
    co_return Error(ErrorCode::invalid_argument, "'limit' must be from 1 to 10000");
  }
  json::array lines;
  for (const auto& line : source->log_lines(static_cast<size_t>(limit))) {
    lines.push_back({{"time", to_iso8601(line.at)}, {"text", line.text}});
  }
  co_return respond_json(json::object{{"lines", std::move(lines)}});
}

runtime::Task<http::Response> pause_source(http::Request request, const Sources* sources) {
  auto* source = CO_TRY(find_source(sources, request));
  CO_TRY(co_await source->pause());
  co_return respond_json(describe(source->status()));
}

runtime::Task<http::Response> resume_source(http::Request request, const Sources* sources) {
  auto* source = CO_TRY(find_source(sources, request));
  CO_TRY(co_await source->resume());
  co_return respond_json(describe(source->status()));
}

runtime::Task<http::Response> poll_source(http::Request request, const Sources* sources) {
  auto* source = CO_TRY(find_source(sources, request));
  CO_TRY(source->poll_now());
  co_return respond_json(describe(source->status()));
}

}  // namespace

void add_source_routes(http::Router& router, const Sources& sources) {
  using Handle = runtime::Task<http::Response> (*)(http::Request, const Sources*);
  auto add = [&](http::Method method, std::string_view pattern, Handle handle) {
    router.add(method, pattern, [&sources, handle](http::Request request) {
      return handle(std::move(request), &sources);
    });
  };
  router.add(http::Method::get, "/tarn/v1/sources",
             [&sources](const http::Request&) { return list_sources(&sources); });
  add(http::Method::get, "/tarn/v1/sources/{source}", describe_source);
  add(http::Method::get, "/tarn/v1/sources/{source}/logs", show_lines);
  add(http::Method::post, "/tarn/v1/sources/{source}/pause", pause_source);
  add(http::Method::post, "/tarn/v1/sources/{source}/resume", resume_source);
  add(http::Method::post, "/tarn/v1/sources/{source}/poll", poll_source);
}

}  // namespace tarn::api
