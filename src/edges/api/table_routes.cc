#include <boost/json.hpp>

#include "edges/api/json_body.h"
#include "edges/api/respond.h"
#include "edges/api/routes.h"
#include "services/lake/lake.h"

namespace tarn::api {
namespace {

namespace json = boost::json;

json::object describe(const lake::TableStatus& table) {
  json::array topics;
  for (const auto& topic : table.topics) topics.emplace_back(topic.value());
  json::object described{{"name", table.name},
                         {"format", table.format == lake::TableFormat::delta ? "delta" : "json"},
                         {"topics", std::move(topics)},
                         {"state", lake::to_string(table.state)},
                         {"reason", table.reason},
                         {"last_commit", to_json(table.last_commit)},
                         {"rows", table.rows},
                         {"files", table.files},
                         {"bytes", table.bytes},
                         {"tail_rows", table.tail_rows},
                         {"lag_records", table.lag_records},
                         {"dead_letters", table.dead_letters},
                         {"notices", json::value_from(table.notices)}};
  json::object positions;
  for (const auto& [partition, next] : table.positions) {
    positions[partition.topic.value() + "/" + std::to_string(partition.partition.value())] =
        next.value();
  }
  described["positions"] = std::move(positions);
  if (table.version) described["version"] = *table.version;
  return described;
}

runtime::Task<http::Response> list_tables(lake::Lake* lake) {
  json::array tables;
  for (const auto& table : lake->status()) tables.push_back(describe(table));
  co_return respond_json(json::object{{"tables", std::move(tables)}});
}

runtime::Task<http::Response> describe_table(http::Request request, lake::Lake* lake) {
  co_return respond_json(describe(CO_TRY(lake->status(path_parameter(request, "table")))));
}

runtime::Task<http::Response> flush_table(http::Request request, lake::Lake* lake) {
  std::string name = path_parameter(request, "table");
  CO_TRY(co_await lake->flush(name));
  co_return respond_json(describe(CO_TRY(lake->status(name))));
}

runtime::Task<http::Response> pause_table(http::Request request, lake::Lake* lake) {
  CO_TRY(lake->pause(path_parameter(request, "table")));
  co_return respond_done();
}

runtime::Task<http::Response> resume_table(http::Request request, lake::Lake* lake) {
  CO_TRY(lake->resume(path_parameter(request, "table")));
  co_return respond_done();
}

}  // namespace

void add_table_routes(http::Router& router, lake::Lake& lake) {
  router.add(http::Method::get, "/tarn/v1/tables",
             [&lake](const http::Request&) { return list_tables(&lake); });
  router.add(http::Method::get, "/tarn/v1/tables/{table}",
             [&lake](http::Request request) { return describe_table(std::move(request), &lake); });
  router.add(http::Method::post, "/tarn/v1/tables/{table}/flush",
             [&lake](http::Request request) { return flush_table(std::move(request), &lake); });
  router.add(http::Method::post, "/tarn/v1/tables/{table}/pause",
             [&lake](http::Request request) { return pause_table(std::move(request), &lake); });
  router.add(http::Method::post, "/tarn/v1/tables/{table}/resume",
             [&lake](http::Request request) { return resume_table(std::move(request), &lake); });
}

}  // namespace tarn::api
