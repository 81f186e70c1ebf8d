#include "formats/kafka_protocol/update_features.h"

#include <algorithm>

#include "edges/kafka_server/features.h"
#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

// Levels come with the program; asking for the one in force is granted.
std::optional<std::string> objection(const UpdateFeaturesRequest::Update& update) {
  const auto* feature = std::ranges::find(kFeatures, update.feature, &Feature::name);
  if (feature == kFeatures.end()) {
    return "there is no feature '" + std::string(update.feature) + "' here";
  }
  if (feature->level == update.max_version_level) return std::nullopt;
  return std::string(feature->name) + " is at level " + std::to_string(feature->level) +
         " in this version of the server, and stays there";
}

UpdateFeaturesResponse handle(Services, RequestContext, UpdateFeaturesRequest request) {
  constexpr int16_t kRefused = code(KafkaError::invalid_update_version);
  UpdateFeaturesResponse response;
  for (const auto& update : request.feature_updates) {
    auto why = objection(update);
    const int16_t error_code = why ? kRefused : int16_t{0};
    if (why && response.error_code == 0) {
      response.error_code = error_code;
      response.error_message = why;
    }
    response.results.push_back({.feature = std::string(update.feature),
                                .error_code = error_code,
                                .error_message = std::move(why)});
  }
  return response;
}

}  // namespace

Result<PendingAnswer> update_features(const Services& services, RequestContext context) {
  return deferred<UpdateFeaturesRequest>(services, std::move(context), permits::kCluster, handle);
}

}  // namespace tarn::kafka_server
