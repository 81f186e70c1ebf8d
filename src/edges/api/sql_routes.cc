#include <boost/json.hpp>

#include "edges/api/json_body.h"
#include "edges/api/respond.h"
#include "edges/api/routes.h"

namespace tarn::api {
namespace {

constexpr int64_t kRowsMax = 1'000'000;
constexpr Millis kTimeout = std::chrono::minutes(5);

runtime::Task<http::Response> run_query(http::Request request, QueryRunner* queries,
                                        sql::TableCatalog* tables) {
  auto body = CO_TRY(parse_body(request));
  auto text = CO_TRY(text_member(body, "sql"));
  auto rows_max = CO_TRY(integer_member(body, "rows_max")).value_or(10'000);
  if (!text) co_return Error(ErrorCode::invalid_argument, "'sql' is missing");
  if (rows_max < 1 || rows_max > kRowsMax) {
    co_return Error(ErrorCode::invalid_argument, "'rows_max' must be from 1 to 1000000");
  }
  auto format = CO_TRY(choose_format(request));
  sql::Query query{.sql = *text,
                   .rows_max = static_cast<uint64_t>(rows_max),
                   .deadline = queries->deadline_in(kTimeout)};
  auto answer = co_await queries->run(std::move(query), *tables);
  if (!answer) co_return respond_with_error(answer.error());
  co_return respond_with_rows(*answer, format);
}

}  // namespace

void add_sql_routes(http::Router& router, QueryRunner& queries, sql::TableCatalog& tables) {
  router.add(http::Method::post, "/tarn/v1/sql", [&queries, &tables](http::Request request) {
    return run_query(std::move(request), &queries, &tables);
  });
}

}  // namespace tarn::api
