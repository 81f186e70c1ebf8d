#include <boost/json.hpp>

#include "edges/api/json_body.h"
#include "edges/api/respond.h"
#include "edges/api/routes.h"
#include "services/access/quota_store.h"

namespace tarn::api {
namespace {

namespace json = boost::json;
using namespace access;

constexpr std::string_view kDefault = "*";  // of all that have no quota of their own

json::value to_json(const std::optional<QuotaName>& name) {
  if (!name) return nullptr;
  return json::value(name->text ? std::string_view(*name->text) : kDefault);
}

json::object describe(const QuotaEntity& entity, const QuotaValues& values) {
  json::object described{{"user", to_json(entity.user)},
                         {"client_id", to_json(entity.client_id)},
                         {"ip", to_json(entity.ip)}};
  json::object quotas;
  for (const auto& [kind, value] : values) quotas[to_string(kind)] = value;
  described["quotas"] = std::move(quotas);
  return described;
}

Result<std::optional<QuotaName>> name_member(const json::object& body, std::string_view member) {
  auto text = TRY(text_member(body, member));
  if (!text) return std::optional<QuotaName>();
  if (*text == kDefault) return std::optional(QuotaName());
  return std::make_optional<QuotaName>(std::move(text));
}

// {"user": "alice", "client_id": "*", "quotas": {"producer_byte_rate": 1048576}}; null removes.
Result<QuotaChange> read_change(const json::object& body) {
  QuotaChange change{.entity = {.user = TRY(name_member(body, "user")),
                                .client_id = TRY(name_member(body, "client_id")),
                                .ip = TRY(name_member(body, "ip"))},
                     .values = {}};
  const json::value* quotas = body.if_contains("quotas");
  if (quotas == nullptr || !quotas->is_object() || quotas->as_object().empty()) {
    return Error(ErrorCode::invalid_argument,
                 "'quotas' is missing, such as "
                 "{\"producer_byte_rate\": 1048576}");
  }
  for (const auto& [key, value] : quotas->as_object()) {
    auto& wanted = change.values[TRY(parse_quota_kind(key))];
    if (value.is_null()) continue;
    if (!value.is_number()) {
      return Error(ErrorCode::invalid_argument, std::string(key) + " is a number, or null");
    }
    wanted = value.to_number<double>();
  }
  TRY(check_change(change));
  return change;
}

QuotaValues after(const QuotaTable& table, const QuotaChange& change) {
  auto values = table.values(change.entity);
  for (const auto& [kind, value] : change.values) {
    if (value) {
      values[kind] = *value;
    } else {
      values.erase(kind);
    }
  }
  return values;
}

runtime::Task<http::Response> list_quotas(QuotaStore* quotas) {
  json::array described;
  for (const auto& [entity, values] : quotas->table().all()) {
    described.push_back(describe(entity, values));
  }
  co_return respond_json(json::object{{"quotas", std::move(described)}});
}

runtime::Task<http::Response> alter_quota(http::Request request, QuotaStore* quotas) {
  const auto body = CO_TRY(parse_body(request));
  const QuotaChange change = CO_TRY(read_change(body));
  const auto answer = describe(change.entity, after(quotas->table(), change));
  const json::value* dry_run = body.if_contains("dry_run");
  const bool is_dry_run = dry_run != nullptr && dry_run->is_bool() && dry_run->as_bool();
  if (!is_dry_run) {
    const auto altered = co_await quotas->alter({change});
    if (!altered) co_return respond_with_error(broker::to_error(altered.error()));
  }
  co_return respond_json(answer);
}

}  // namespace

void add_quota_routes(http::Router& router, access::QuotaStore& quotas) {
  router.add(http::Method::get, "/tarn/v1/quotas",
             [&quotas](const http::Request&) { return list_quotas(&quotas); });
  router.add(http::Method::post, "/tarn/v1/quotas",
             [&quotas](http::Request request) { return alter_quota(std::move(request), &quotas); });
}

}  // namespace tarn::api
