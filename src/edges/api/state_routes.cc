#include <boost/json.hpp>

#include "edges/api/json_body.h"
#include "edges/api/respond.h"
#include "edges/api/routes.h"
#include "services/state/state_store.h"

namespace tarn::api {
namespace {

namespace json = boost::json;

runtime::Task<http::Response> list_entries(http::Request request, state::StateStore* state) {
  std::string prefix(http::find_parameter(request.query, "prefix").value_or(""));
  json::object entries;
  for (const auto& [key, text] : state->list(prefix)) {
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    entries[key] = error ? json::value(text) : std::move(value);
  }
  co_return respond_json(json::object{{"entries", std::move(entries)}});
}

// {"key": "…", "value": …}; a null value removes the key.
runtime::Task<http::Response> put_entry(http::Request request, state::StateStore* state) {
  auto body = CO_TRY(parse_body(request));
  auto key = CO_TRY(text_member(body, "key"));
  if (!key || key->empty()) co_return Error(ErrorCode::invalid_argument, "'key' is missing");
  const json::value* value = body.if_contains("value");
  if (value == nullptr) co_return Error(ErrorCode::invalid_argument, "'value' is missing");
  state::StateStore::Changes changes;
  if (value->is_null()) {
    if (!state->get(*key))
      co_return Error(ErrorCode::not_found, "there is no state '" + *key + "'");
    changes[*key] = std::nullopt;
  } else {
    changes[*key] = json::serialize(*value);
  }
  CO_TRY(co_await state->commit({}, std::move(changes)));
  co_return respond_done();
}

}  // namespace

void add_state_routes(http::Router& router, state::StateStore& state) {
  router.add(http::Method::get, "/tarn/v1/state",
             [&state](http::Request request) { return list_entries(std::move(request), &state); });
  router.add(http::Method::put, "/tarn/v1/state",
             [&state](http::Request request) { return put_entry(std::move(request), &state); });
}

}  // namespace tarn::api
