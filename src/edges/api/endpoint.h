// An endpoint of api: in tarn.yaml.
#pragma once

#include <map>
#include <string>

#include "edges/api/committed_tables.h"
#include "edges/api/query_runner.h"
#include "engines/http/router.h"
#include "formats/pipeline/pipeline.h"

namespace tarn::api {

// The values for the statement out of path and query. invalid_argument names the parameter and what
// it allows, also for parameters that the endpoint does not know or that come twice.
Result<std::map<std::string, sql::Parameter>> bind_parameters(const pipeline::Endpoint& endpoint,
                                                              const http::Request& request);

// Answers with the rows of the endpoint's statement. What it refers to outlives the router.
http::Handler endpoint_handler(pipeline::Endpoint endpoint, QueryRunner& queries,
                               sql::TableCatalog& tables, CommittedTables& committed);

}  // namespace tarn::api
