#include "edges/api/endpoint.h"

#include <algorithm>
#include <memory>
#include <set>

#include "edges/api/respond.h"
#include "formats/pipeline/nearest.h"
#include "formats/pipeline/parameter_value.h"

namespace tarn::api {
namespace {

Error invalid(std::string message) {
  return {ErrorCode::invalid_argument, std::move(message)};
}

sql::Parameter to_sql(const pipeline::ParameterValue& value) {
  return std::visit([](const auto& held) -> sql::Parameter { return held; }, value);
}

// Each name of the query is known and stands there once.
Status check_query(const pipeline::Endpoint& endpoint, const http::Request& request) {
  std::vector<std::string> known;
  for (const auto& parameter : endpoint.params) {
    if (!parameter.in_path) known.push_back(parameter.name);
  }
  std::set<std::string> seen;
  for (const auto& [name, value] : request.query) {
    if (!seen.insert(name).second) return invalid("the parameter '" + name + "' is given twice");
    if (name == "format" || std::ranges::find(known, name) != known.end()) continue;
    std::string message = "there is no parameter '" + name + "'";
    if (auto close = pipeline::nearest(name, known))
      return invalid(message + "; did you mean '" + *close + "'?");
    std::string list;
    for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
    return invalid(message + (list.empty() ? "; this endpoint has none" : "; there are " + list));
  }
  return {};
}

}  // namespace

Result<std::map<std::string, sql::Parameter>> bind_parameters(const pipeline::Endpoint& endpoint,
                                                              const http::Request& request) {
  TRY(check_query(endpoint, request));
  std::map<std::string, sql::Parameter> bound;
  for (const auto& parameter : endpoint.params) {
    const auto& given = parameter.in_path ? request.path_params : request.query;
    auto text = http::find_parameter(given, parameter.name);
    if (!text && parameter.default_value) text = *parameter.default_value;
    if (!text) {
      return invalid("the parameter '" + parameter.name + "' is missing; it is " +
                     pipeline::allowed_values(parameter));
    }
    bound[parameter.name] = to_sql(TRY(pipeline::read_parameter(parameter, *text)));
  }
  return bound;
}

http::Handler endpoint_handler(pipeline::Endpoint endpoint, QueryRunner& queries,
                               sql::TableCatalog& tables, CommittedTables& committed) {
  auto shared = std::make_shared<const pipeline::Endpoint>(std::move(endpoint));
  sql::TableCatalog* catalog = &tables;
  if (shared->reads == pipeline::Reads::committed) catalog = &committed;
  auto answer = [](std::shared_ptr<const pipeline::Endpoint> of, QueryRunner* runner,
                   sql::TableCatalog* from,
                   http::Request request) -> runtime::Task<http::Response> {
    auto format = CO_TRY(choose_format(request));
    sql::Query query{.sql = of->sql,
                     .parameters = CO_TRY(bind_parameters(*of, request)),
                     .rows_max = static_cast<uint64_t>(of->rows_max),
                     .deadline = runner->deadline_in(of->timeout)};
    auto rows = co_await runner->run(std::move(query), *from);
    if (!rows) co_return respond_with_error(rows.error());
    co_return respond_if_changed(respond_with_rows(*rows, format), request);
  };
  return [shared, &queries, catalog, answer](http::Request request) {
    return answer(shared, &queries, catalog, std::move(request));
  };
}

}  // namespace tarn::api
