// Everything that the HTTP port answers: one file for each resource, all of them listed here.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "edges/api/committed_tables.h"
#include "edges/api/query_runner.h"
#include "engines/http/router.h"
#include "formats/pipeline/pipeline.h"
#include "platform/telemetry/metrics.h"

namespace tarn::access {
class AclStore;
class QuotaStore;
}  // namespace tarn::access
namespace tarn::broker {
class Broker;
}
namespace tarn::lake {
class Lake;
}
namespace tarn::log {
class Log;
}
namespace tarn::login {
class UserStore;
}
namespace tarn::sources {
class HttpSource;
}
namespace tarn::state {
class StateStore;
}

namespace tarn::api {

using Sources = std::map<std::string, sources::HttpSource*>;

// A sentence for each reason why the instance should not be sent requests; none: it is ready.
using Readiness = std::function<std::vector<std::string>()>;

// The endpoints of tarn.yaml.
void add_endpoint_routes(http::Router& router, const pipeline::Pipeline& pipeline,
                         QueryRunner& queries, sql::TableCatalog& tables,
                         CommittedTables& committed);
void add_openapi_routes(http::Router& router, const pipeline::Pipeline& pipeline);
void add_health_routes(http::Router& router, Readiness readiness);
void add_metrics_routes(http::Router& router, const telemetry::MetricRegistry& metrics);

// The admin API below /tarn/v1, which the commands speak.
void add_sql_routes(http::Router& router, QueryRunner& queries, sql::TableCatalog& tables);
void add_topic_routes(http::Router& router, broker::Broker& broker, log::Log& log);
// acls: none when authorization is off.
void add_acl_routes(http::Router& router, access::AclStore* acls);
void add_quota_routes(http::Router& router, access::QuotaStore& quotas);
void add_group_routes(http::Router& router, broker::Broker& broker);
// Only for who calls from this machine.
void add_user_routes(http::Router& router, login::UserStore& users);
void add_table_routes(http::Router& router, lake::Lake& lake);
void add_source_routes(http::Router& router, const Sources& sources);
// Who answers here: {"cluster_id":…}.
void add_instance_routes(http::Router& router, const std::string& cluster_id);
void add_state_routes(http::Router& router, state::StateStore& state);

// What the handlers work with; all of it outlives the router.
struct Parts {
  const pipeline::Pipeline& pipeline;
  QueryRunner& queries;
  sql::TableCatalog& tables;
  CommittedTables& committed;
  broker::Broker& broker;
  access::AclStore* acls;
  access::QuotaStore& quotas;
  log::Log& log;
  lake::Lake& lake;
  const Sources& sources;
  state::StateStore& state;
  login::UserStore& users;
  const telemetry::MetricRegistry& metrics;
  Readiness readiness;
  std::string cluster_id;
};

// All of the above.
http::Router make_router(const Parts& parts);

}  // namespace tarn::api
