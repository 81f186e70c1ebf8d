// Who may call: the checks that keep a web page in the operator's browser from doing anything.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engines/http/message.h"
#include "engines/http/router.h"

namespace tarn::http {

// An address, localhost, *.localhost or one of allowed: names of others, resolved to this machine
// by their owner, are not (DNS rebinding). authority: the Host field, with or without a port.
bool is_own_host(std::string_view authority, const std::vector<std::string>& allowed);

// The answer to a request that must not reach its handler: 400 without Host, 421 for a foreign one,
// 403 for a call that changes state from a page of another origin, 415 for one whose body is not
// JSON although the route wants JSON.
std::optional<Response> refuse(const Request& request, const RouteOptions& route,
                               const std::vector<std::string>& allowed_hosts);

}  // namespace tarn::http
