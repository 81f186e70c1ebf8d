#include "edges/api/routes.h"

#include "edges/api/endpoint.h"
#include "edges/api/openapi.h"
#include "engines/http/errors.h"

namespace tarn::api {
namespace {

// A handler that has its answer at once.
template <class Answer>
http::Handler immediate(Answer answer) {
  auto start = [](Answer held, http::Request request) -> runtime::Task<http::Response> {
    co_return held(request);
  };
  return [answer, start](http::Request request) { return start(answer, std::move(request)); };
}

}  // namespace

void add_endpoint_routes(http::Router& router, const pipeline::Pipeline& pipeline,
                         QueryRunner& queries, sql::TableCatalog& tables,
                         CommittedTables& committed) {
  for (const auto& [path, endpoint] : pipeline.api) {
    router.add(http::Method::get, path, endpoint_handler(endpoint, queries, tables, committed));
  }
}

void add_openapi_routes(http::Router& router, const pipeline::Pipeline& pipeline) {
  auto document = openapi_document(pipeline);
  router.add(http::Method::get, "/openapi.json", immediate([document](const http::Request&) {
               return http::json_response(200, document);
             }));
}

void add_health_routes(http::Router& router, Readiness readiness) {
  router.add(http::Method::get, "/health/live", immediate([](const http::Request&) {
               return http::json_response(200, "{\"status\":\"live\"}\n");
             }));
  router.add(http::Method::get, "/health/ready", immediate([readiness](const http::Request&) {
               auto reasons = readiness();
               std::string list;
               for (const auto& reason : reasons) {
                 list += (list.empty() ? "" : ",") + http::json_quoted(reason);
               }
               std::string status = reasons.empty() ? "ready" : "not ready";
               auto response = http::json_response(
                   reasons.empty() ? 200 : 503,
                   "{\"status\":\"" + status + "\",\"reasons\":[" + list + "]}\n");
               if (!reasons.empty()) response.headers.set("Retry-After", "1");
               return response;
             }));
}

void add_instance_routes(http::Router& router, const std::string& cluster_id) {
  std::string body = "{\"cluster_id\":" + http::json_quoted(cluster_id) + "}\n";
  router.add(http::Method::get, "/tarn/v1/instance",
             immediate([body](const http::Request&) { return http::json_response(200, body); }));
}

void add_metrics_routes(http::Router& router, const telemetry::MetricRegistry& metrics) {
  router.add(http::Method::get, "/metrics", immediate([&metrics](const http::Request&) {
               auto response = http::text_response(200, metrics.render());
               response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
               return response;
             }));
}

http::Router make_router(const Parts& parts) {
  http::Router router;
  add_endpoint_routes(router, parts.pipeline, parts.queries, parts.tables, parts.committed);
  add_openapi_routes(router, parts.pipeline);
  add_health_routes(router, parts.readiness);
  add_metrics_routes(router, parts.metrics);
  add_instance_routes(router, parts.cluster_id);
  add_sql_routes(router, parts.queries, parts.tables);
  add_topic_routes(router, parts.broker, parts.log);
  add_group_routes(router, parts.broker);
  add_acl_routes(router, parts.acls);
  add_quota_routes(router, parts.quotas);
  add_table_routes(router, parts.lake);
  add_source_routes(router, parts.sources);
  add_state_routes(router, parts.state);
  add_user_routes(router, parts.users);
  return router;
}

}  // namespace tarn::api
