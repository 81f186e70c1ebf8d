// What the single keys of security.acls cannot tell.
#pragma once

#include "formats/pipeline/node.h"
#include "formats/pipeline/pipeline.h"
#include "formats/pipeline/problem.h"

namespace tarn::pipeline {

void check_access(const Pipeline& pipeline, const Node& root, Problems& problems);

}  // namespace tarn::pipeline
