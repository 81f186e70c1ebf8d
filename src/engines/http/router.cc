#include "engines/http/router.h"

#include <optional>
#include <utility>

#include "base/check.h"
#include "engines/http/url.h"

namespace tarn::http {
namespace {

// "/a/b" -> a, b; "/" -> one empty segment.
std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (true) {
    const size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

}  // namespace

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::map<Method, Route> routes;

  Node& child(std::string_view segment) {
    if (is_parameter(segment)) {
      if (!parameter) parameter = std::make_unique<Node>();
      return *parameter;
    }
    auto& literal = literals[std::string(segment)];
    if (!literal) literal = std::make_unique<Node>();
    return *literal;
  }

  // The node of the path; values collects what stands in the place of its parameters.
  const Node* find(std::span<const std::string> segments, std::vector<std::string>& values) const {
    if (segments.empty()) return routes.empty() ? nullptr : this;
    const std::string& segment = segments.front();
    if (auto literal = literals.find(segment); literal != literals.end()) {
      if (const Node* node = literal->second->find(segments.subspan(1), values)) return node;
    }
    if (!parameter || segment.empty()) return nullptr;
    values.push_back(segment);
    if (const Node* node = parameter->find(segments.subspan(1), values)) return node;
    values.pop_back();
    return nullptr;
  }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

void Router::add(Method method, std::string_view pattern, Handler handler, RouteOptions options) {
  Node* node = root_.get();
  for (std::string_view segment : split(pattern)) node = &node->child(segment);
  Route route{std::string(pattern), std::move(handler), options};
  check(node->routes.emplace(method, std::move(route)).second, "a route is added once");
}

Router::Match Router::match(Method method, std::string_view path) const {
  std::vector<std::string> segments;
  for (std::string_view segment : split(path)) {
    auto decoded = percent_decode(segment);
    if (!decoded) return {};
    segments.push_back(*std::move(decoded));
  }
  std::vector<std::string> values;
  const Node* node = root_->find(segments, values);
  if (node == nullptr) return {};
  Match match;
  for (const auto& [known, route] : node->routes) match.allowed.push_back(known);
  auto found = node->routes.find(method);
  if (found == node->routes.end() && method == Method::head) found = node->routes.find(Method::get);
  if (found == node->routes.end()) return match;
  match.route = &found->second;
  size_t next = 0;
  for (std::string_view segment : split(match.route->pattern)) {
    if (!is_parameter(segment)) continue;
    match.path_params.emplace_back(segment.substr(1, segment.size() - 2), values[next++]);
  }
  return match;
}

}  // namespace tarn::http
