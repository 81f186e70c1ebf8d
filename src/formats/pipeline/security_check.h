// The section security: and the listeners: what is implied, and what does not fit together.
#pragma once

#include "formats/pipeline/node.h"
#include "formats/pipeline/pipeline.h"
#include "formats/pipeline/problem.h"

namespace tarn::pipeline {

void complete_security(Pipeline& pipeline);
// After complete_security().
void check_security(const Pipeline& pipeline, const Node& root, Problems& problems);

// As Kafka spells it: "SCRAM-SHA-256", "SASL_SSL".
std::string to_string(Mechanism mechanism);
std::string to_string(Protocol protocol);

}  // namespace tarn::pipeline
