// Which handler answers a request.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engines/http/message.h"
#include "platform/runtime/task.h"

namespace tarn::http {

// An error becomes problem JSON (errors.h). Runs on the server's thread; a handler that blocks uses
// the pool.
using Handler = std::function<runtime::Task<Response>(Request)>;

struct RouteOptions {
  // A web page of another site can send a form or plain text without asking; JSON it cannot. A
  // route that changes state therefore takes JSON bodies only, unless it says otherwise.
  enum class Bodies { json, any } bodies = Bodies::json;
};

// Patterns are literal segments and "{name}" for one non-empty segment: "/topics/{topic}/records".
// A literal wins over a parameter. GET answers HEAD too. Not changed once a server has it.
class Router {
 public:
  Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;
  ~Router();

  // The same method and pattern twice is a bug.
  void add(Method method, std::string_view pattern, Handler handler, RouteOptions options = {});

  struct Route {
    std::string pattern;
    Handler handler;
    RouteOptions options;
  };
  struct Match {
    const Route* route = nullptr;  // none: not found, or found for other methods only
    Parameters path_params;        // percent-decoded
    std::vector<Method> allowed;   // the methods of the path; empty: no such path
  };
  // path: as sent, without the query.
  [[nodiscard]] Match match(Method method, std::string_view path) const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

}  // namespace tarn::http
