// Base64 (RFC 4648, section 4): the standard alphabet, with padding.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace tarn {

std::string encode_base64(BytesView bytes);
// Errors: invalid_argument when it is not exactly what encode_base64() gives for some bytes.
Result<Bytes> decode_base64(std::string_view text);

// The alphabet for URLs (section 5), without padding. Errors: invalid_argument.
Result<Bytes> decode_base64url(std::string_view text);

// For people and JSON: as it is when it is UTF-8, else "base64:" and its Base64.
std::string text_or_base64(BytesView bytes);

}  // namespace tarn
