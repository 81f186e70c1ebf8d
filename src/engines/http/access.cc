#include "engines/http/access.h"

#include <algorithm>

#include <boost/asio/ip/address.hpp>
#include <fmt/core.h>

#include "engines/http/errors.h"
#include "engines/http/url.h"

namespace tarn::http {
namespace {

bool is_address(const std::string& host) {
  boost::system::error_code failed;
  boost::asio::ip::make_address(host, failed);
  return !failed;
}

bool is_listed(std::string_view host, const std::vector<std::string>& names) {
  return std::ranges::any_of(
      names, [&](const std::string& name) { return equals_ignoring_case(name, host); });
}

bool changes_state(Method method) {
  return method != Method::get && method != Method::head && method != Method::options;
}

bool is_own_origin(std::string_view origin, std::string_view host,
                   const std::vector<std::string>& allowed) {
  const auto page = Url::parse(origin);
  const auto here = Url::parse((page ? page->scheme : "http") + "://" + std::string(host));
  if (!page || !here) return false;
  return (page->host == here->host && page->port == here->port) || is_listed(page->host, allowed);
}

}  // namespace

bool is_own_host(std::string_view authority, const std::vector<std::string>& allowed) {
  const auto url = Url::parse("http://" + std::string(authority) + "/");
  if (!url) return false;
  return is_address(url->host) || url->host == "localhost" || url->host.ends_with(".localhost") ||
         is_listed(url->host, allowed);
}

std::optional<Response> refuse(const Request& request, const RouteOptions& route,
                               const std::vector<std::string>& allowed_hosts) {
  const auto hosts = request.headers.find_all("Host");
  if (hosts.size() != 1) return problem(400, "A request names one host in its Host header.");
  if (!is_own_host(hosts[0], allowed_hosts)) {
    return problem(421, fmt::format("This server is not known as '{}'. Call it by its address or "
                                    "as localhost, or add the name to the allowed hosts.",
                                    hosts[0]));
  }
  if (!changes_state(request.method)) return std::nullopt;
  const auto origin = request.headers.find("Origin");
  if (origin && !is_own_origin(*origin, hosts[0], allowed_hosts)) {
    return problem(403, fmt::format("Pages of '{}' may not change anything here.", *origin));
  }
  if (route.bodies == RouteOptions::Bodies::json && !request.body.empty()) {
    const auto type = request.headers.find("Content-Type").value_or("");
    if (!is_json_media_type(type)) {
      return problem(415, fmt::format("The body must be JSON: send Content-Type: application/json "
                                      "(it was '{}').",
                                      type));
    }
  }
  return std::nullopt;
}

}  // namespace tarn::http
