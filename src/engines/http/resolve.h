// Names to addresses.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "engines/http/url.h"
#include "platform/os/clock.h"
#include "platform/runtime/task.h"

namespace tarn::http {

// The system's resolver cannot be interrupted: past the deadline its answer is not waited for.
// unavailable, timed_out.
runtime::Task<boost::asio::ip::tcp::resolver::results_type> resolve(Url url,
                                                                    os::MonotonicTime deadline);

}  // namespace tarn::http
