// Bodies that a server has compressed (RFC 9110, section 8.4).
#pragma once

#include <string_view>

#include "base/error.h"
#include "engines/http/client.h"

namespace tarn::http {

// What unpack() undoes, for the header Accept-Encoding.
inline constexpr std::string_view kAcceptedEncodings = "gzip, deflate";

// Undoes the Content-Encoding of an answer and removes the header; without one the body stays. Of
// deflate both forms are taken, with zlib's frame and without. Blocks for as long as it takes: for
// the pool.
//
// Errors: resource_exhausted (more than body_bytes_max, however little was sent), corrupt (not what
// the header says, or cut off), unimplemented (another encoding).
Status unpack(ClientResponse& response, size_t body_bytes_max);

}  // namespace tarn::http
