#include "formats/kafka_protocol/api_versions.h"

#include <algorithm>

#include "edges/kafka_server/features.h"
#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// [a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])? as KIP-511 has it.
bool is_software_word(std::string_view word) {
  return !word.empty() && is_alphanumeric(word.front()) && is_alphanumeric(word.back()) &&
         std::ranges::all_of(word,
                             [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
}

ApiVersionsResponse handle(Services, RequestContext context, ApiVersionsRequest request) {
  ApiVersionsResponse response;
  if (context.version >= 3 && (!is_software_word(request.client_software_name) ||
                               !is_software_word(request.client_software_version))) {
    response.error_code = code(KafkaError::invalid_request);
    return response;
  }
  for (const auto& row : api_rows()) {
    response.api_keys.push_back(
        {.api_key = row.api.key, .min_version = row.advertised, .max_version = row.last});
  }
  response.finalized_features_epoch = 0;  // of the cluster's metadata, which never changes here
  for (const auto& feature : kFeatures) {
    response.supported_features.push_back(
        {.name = std::string(feature.name), .max_version = feature.level});
    response.finalized_features.push_back({.name = std::string(feature.name),
                                           .max_version_level = feature.level,
                                           .min_version_level = feature.level});
  }
  return response;
}

}  // namespace

Result<PendingAnswer> api_versions(const Services& services, RequestContext context) {
  return deferred<ApiVersionsRequest>(services, std::move(context), permits::kOpen, handle);
}

}  // namespace tarn::kafka_server
