// From the sources of tarn.yaml to the options of edges/sources.
#pragma once

#include "app/secrets.h"
#include "base/error.h"
#include "edges/sources/http_options.h"
#include "formats/pipeline/pipeline.h"

namespace tarn::app {

// secrets: all that the source refers to.
Result<sources::HttpSourceOptions> source_options(const pipeline::Source& source,
                                                  const Secrets& secrets);

}  // namespace tarn::app
