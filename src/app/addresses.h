// Where an instance listens, and where it says it listens.
#pragma once

#include <optional>
#include <string>

#include "app/command.h"
#include "app/wiring.h"
#include "base/error.h"
#include "formats/pipeline/pipeline.h"

namespace tarn::app {

// "127.0.0.1:9092", "[::1]:9092"
Result<Address> parse_address(const std::string& text);
std::string to_string(const Address& address);

// Fills the addresses of options from listeners: and from --host, --kafka-port and --http-port,
// which win. failed_precondition when other machines could connect while nobody is asked who he is.
Status choose_addresses(const pipeline::Pipeline& pipeline, const Arguments& arguments,
                        WiringOptions& options);

}  // namespace tarn::app
