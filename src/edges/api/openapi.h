// The endpoints described for programs (OpenAPI 3.1).
#pragma once

#include <string>

#include "formats/pipeline/pipeline.h"

namespace tarn::api {

std::string openapi_document(const pipeline::Pipeline& pipeline);

}  // namespace tarn::api
