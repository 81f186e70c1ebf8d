// The kinds of text that several sections use, with their checks.
#pragma once

#include <string>

#include "base/error.h"
#include "formats/pipeline/pipeline.h"
#include "formats/pipeline/shape.h"
#include "formats/pipeline/units.h"

namespace tarn::pipeline {

Typed<Millis> duration(Millis min = Millis(1), Millis max = std::chrono::days(36'500));
Typed<uint64_t> size(uint64_t min = 1);
Typed<Quota> quota();
Typed<CronText> cron();
Typed<SecretText> secret_text();
Typed<std::string> url();
Typed<std::string> json_pointer();
Typed<std::string> topic_name();
Typed<std::string> host_and_port();

// 1 to 249 letters, digits, '.', '_' and '-': the rule of Kafka.
Status check_topic_name(const std::string& name);
// A name of a step: letters, digits, '_' and '-', at most 100.
Status check_step_name(const std::string& name);

}  // namespace tarn::pipeline
