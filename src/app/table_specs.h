// From the tables and topics of tarn.yaml to the specifications of lake and log.
#pragma once

#include <vector>

#include "formats/pipeline/pipeline.h"
#include "services/lake/table_spec.h"
#include "services/log/log.h"

namespace tarn::app {

std::vector<lake::TableSpec> table_specs(const pipeline::Pipeline& pipeline);

// Every topic that the file names or implies, once.
std::vector<log::TopicSpec> topic_specs(const pipeline::Pipeline& pipeline);

}  // namespace tarn::app
