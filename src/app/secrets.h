// Finds the secrets that a pipeline refers to.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "formats/pipeline/pipeline.h"

namespace tarn::app {

using Secrets = std::map<std::string, pipeline::Secret>;

// From the environment variable of the secret's name, or from where secrets: says (an environment
// variable, a file, a command). All that are missing are named in one error, with the place that
// needs them; no value is ever part of a message. Blocks.
Result<Secrets> find_secrets(const pipeline::Pipeline& pipeline, const std::string& directory);

}  // namespace tarn::app
