#include <boost/json.hpp>

#include "base/base64.h"
#include "edges/api/json_body.h"
#include "edges/api/respond.h"
#include "edges/api/routes.h"
#include "services/login/mechanism.h"
#include "services/login/user_store.h"

namespace tarn::api {
namespace {

namespace json = boost::json;

// The HTTP port has no logins, so users are only made where the machine itself asks who works on
// it.
bool comes_from_this_machine(const http::Request& request) {
  if (request.headers.find("X-Forwarded-For") || request.headers.find("Forwarded")) return false;
  const std::string& remote = request.remote;
  return remote.empty() || remote.starts_with("127.") || remote.starts_with("[::1]") ||
         remote.starts_with("[::ffff:127.");
}

Result<http::Response> only_from_here() {
  return respond_with_error(
      {ErrorCode::permission_denied, "users are administered from this machine only"});
}

json::object describe(const std::string& name, const login::User& user) {
  json::array mechanisms;
  for (const auto& [hash, credential] : user.credentials) {
    mechanisms.emplace_back(login::name_of(hash));
  }
  return {{"user", name},
          {"mechanisms", std::move(mechanisms)},
          {"origin", user.origin == login::Origin::configured ? "tarn.yaml" : "stored"}};
}

runtime::Task<http::Response> list_users(http::Request request, login::UserStore* users) {
  if (!comes_from_this_machine(request)) co_return only_from_here();
  json::array list;
  for (const auto& [name, user] : users->all()) list.push_back(describe(name, user));
  co_return respond_json(json::object{{"users", std::move(list)}});
}

Result<Bytes> bytes_member(const json::object& object, std::string_view name) {
  const auto text = TRY(text_member(object, name));
  if (text) {
    if (auto bytes = decode_base64(*text)) return bytes;
  }
  return Error(ErrorCode::invalid_argument, "'" + std::string(name) + "' is Base64");
}

// {"mechanism": "SCRAM-SHA-256", "iterations": 4096, "salt": …, "stored_key": …, "server_key": …}
Result<login::UserChange> read_credential(const std::string& user, const json::value& value) {
  if (!value.is_object()) return Error(ErrorCode::invalid_argument, "a credential is an object");
  const json::object& object = value.as_object();
  const auto mechanism = login::find_mechanism(TRY(text_member(object, "mechanism")).value_or(""));
  const auto hash = mechanism ? login::hash_of(*mechanism) : std::nullopt;
  if (!hash) {
    return Error(ErrorCode::invalid_argument, "'mechanism' is SCRAM-SHA-256 or SCRAM-SHA-512");
  }
  const auto iterations = TRY(integer_member(object, "iterations")).value_or(0);
  if (iterations < sasl::kScramIterationsMin || iterations > sasl::kScramIterationsMax) {
    return Error(ErrorCode::invalid_argument, "'iterations' is a number from 4096");
  }
  sasl::ScramCredential credential{.hash = *hash,
                                   .iterations = static_cast<int32_t>(iterations),
                                   .salt = TRY(bytes_member(object, "salt")),
                                   .stored_key = TRY(bytes_member(object, "stored_key")),
                                   .server_key = TRY(bytes_member(object, "server_key"))};
  const size_t bytes = *hash == sasl::ScramHash::sha256 ? 32 : 64;
  if (credential.stored_key.size() != bytes || credential.server_key.size() != bytes) {
    return Error(ErrorCode::invalid_argument, "the keys have another length");
  }
  return login::UserChange{.user = user, .hash = *hash, .credential = std::move(credential)};
}

Result<std::vector<login::UserChange>> read_credentials(const http::Request& request,
                                                        const std::string& user) {
  const auto body = TRY(parse_body(request));
  const json::value* list = body.if_contains("credentials");
  if (list == nullptr || !list->is_array() || list->as_array().empty()) {
    return Error(ErrorCode::invalid_argument, "'credentials' is a list");
  }
  std::vector<login::UserChange> changes;
  for (const json::value& one : list->as_array()) {
    changes.push_back(TRY(read_credential(user, one)));
  }
  return changes;
}

runtime::Task<http::Response> carry_out(login::UserStore* users,
                                        std::vector<login::UserChange> changes) {
  for (const auto& [user, status] : co_await users->change(std::move(changes))) {
    if (!status) co_return respond_with_error(status.error());
  }
  co_return respond_done();
}

runtime::Task<http::Response> put_user(http::Request request, login::UserStore* users) {
  if (!comes_from_this_machine(request)) co_return only_from_here();
  auto changes = read_credentials(request, path_parameter(request, "user"));
  if (!changes) co_return respond_with_error(changes.error());
  co_return co_await carry_out(users, *std::move(changes));
}

runtime::Task<http::Response> delete_user(http::Request request, login::UserStore* users) {
  if (!comes_from_this_machine(request)) co_return only_from_here();
  const std::string name = path_parameter(request, "user");
  const auto known = users->all().find(name);
  if (known == users->all().end()) {
    co_return respond_with_error({ErrorCode::not_found, "there is no user '" + name + "'"});
  }
  std::vector<login::UserChange> changes;
  for (const auto& [hash, credential] : known->second.credentials) {
    changes.push_back({.user = name, .hash = hash, .credential = std::nullopt});
  }
  co_return co_await carry_out(users, std::move(changes));
}

}  // namespace

void add_user_routes(http::Router& router, login::UserStore& users) {
  const auto add = [&](http::Method method, std::string_view pattern, auto handle) {
    router.add(method, pattern, [handle, store = &users](http::Request request) {
      return handle(std::move(request), store);
    });
  };
  add(http::Method::get, "/tarn/v1/users", list_users);
  add(http::Method::put, "/tarn/v1/users/{user}", put_user);
  add(http::Method::del, "/tarn/v1/users/{user}", delete_user);
}

}  // namespace tarn::api
