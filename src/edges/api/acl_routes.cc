#include <boost/json.hpp>

#include "edges/api/json_body.h"
#include "edges/api/respond.h"
#include "edges/api/routes.h"
#include "services/access/acl_store.h"
#include "services/access/names.h"

namespace tarn::api {
namespace {

namespace json = boost::json;
using namespace access;

json::object describe(const AclStore& acls, const AclBinding& line) {
  return {{"permission", to_string(line.permission)},
          {"principal", line.principal},
          {"host", line.host},
          {"operation", to_string(line.operation)},
          {"type", to_string(line.type)},
          {"name", line.name},
          {"pattern", to_string(line.pattern)},
          {"from", acls.is_configured(line) ? "tarn.yaml" : "added"}};
}

json::object describe_all(const AclStore& acls, const std::vector<AclBinding>& lines) {
  json::array described;
  for (const AclBinding& line : lines) described.push_back(describe(acls, line));
  return {{"acls", std::move(described)}};
}

Error no_acls() {
  return {ErrorCode::failed_precondition,
          "there are no ACLs while security.authorization is off in tarn.yaml"};
}

bool is_dry_run(const json::object& body) {
  const json::value* dry_run = body.if_contains("dry_run");
  return dry_run != nullptr && dry_run->is_bool() && dry_run->as_bool();
}

template <class Kind>
Result<Kind> kind_member(const json::object& body, std::string_view name, Kind otherwise,
                         Result<Kind> (*parse)(std::string_view)) {
  const auto word = TRY(text_member(body, name));
  if (!word) return otherwise;
  return parse(*word);
}

Result<AclFilter> read_filter(const json::object& body) {
  return AclFilter{
      .type = TRY(kind_member(body, "type", ResourceType::any, parse_resource_type)),
      .pattern = TRY(kind_member(body, "pattern", PatternType::any, parse_pattern_type)),
      .name = TRY(text_member(body, "name")),
      .principal = TRY(text_member(body, "principal")),
      .host = TRY(text_member(body, "host")),
      .operation = TRY(kind_member(body, "operation", Operation::any, parse_operation)),
      .permission = TRY(kind_member(body, "permission", Permission::any, parse_permission))};
}

Result<AclBinding> read_line(const json::object& body) {
  const AclFilter given = TRY(read_filter(body));
  AclBinding line{
      .type = given.type,
      .pattern = given.pattern == PatternType::any ? PatternType::literal : given.pattern,
      .name = given.name.value_or(given.type == ResourceType::cluster ? std::string(kClusterName)
                                                                      : std::string()),
      .principal = given.principal.value_or(""),
      .host = given.host.value_or(std::string(kAnyName)),
      .operation = given.operation,
      .permission = given.permission == Permission::any ? Permission::allow : given.permission};
  TRY(check_binding(line));
  return line;
}

runtime::Task<http::Response> list_acls(AclStore* acls) {
  if (acls == nullptr) co_return no_acls();
  co_return respond_json(describe_all(*acls, acls->list().find({})));
}

runtime::Task<http::Response> add_acl(http::Request request, AclStore* acls) {
  if (acls == nullptr) co_return no_acls();
  const auto body = CO_TRY(parse_body(request));
  const AclBinding line = CO_TRY(read_line(body));
  if (!is_dry_run(body)) {
    const auto added = co_await acls->add({line});
    if (!added) co_return respond_with_error(broker::to_error(added.error()));
  }
  co_return respond_json(describe(*acls, line), 201);
}

runtime::Task<http::Response> remove_acls(http::Request request, AclStore* acls) {
  if (acls == nullptr) co_return no_acls();
  const auto body = CO_TRY(parse_body(request));
  auto lines = acls->list().find(CO_TRY(read_filter(body)));
  for (const AclBinding& line : lines) {
    if (!acls->is_configured(line)) continue;
    co_return Error(ErrorCode::failed_precondition,
                    "'" + to_string(line) +
                        "' stands in tarn.yaml, security.acls: take it out "
                        "there; nothing was removed");
  }
  const auto answer = describe_all(*acls, lines);
  if (!is_dry_run(body)) {
    const auto removed = co_await acls->remove(std::move(lines));
    if (!removed) co_return respond_with_error(broker::to_error(removed.error()));
  }
  co_return respond_json(answer);
}

}  // namespace

void add_acl_routes(http::Router& router, access::AclStore* acls) {
  router.add(http::Method::get, "/tarn/v1/acls",
             [acls](const http::Request&) { return list_acls(acls); });
  router.add(http::Method::post, "/tarn/v1/acls",
             [acls](http::Request request) { return add_acl(std::move(request), acls); });
  router.add(http::Method::post, "/tarn/v1/acls/remove",
             [acls](http::Request request) { return remove_acls(std::move(request), acls); });
}

}  // namespace tarn::api
