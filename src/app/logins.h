// From security: to what Kafka clients log in with.
#pragma once

#include <string>

#include "app/secrets.h"
#include "base/error.h"
#include "formats/pipeline/pipeline.h"
#include "services/login/authenticator.h"

namespace tarn::app {

// The users of tarn.yaml. Their passwords become credentials and are not kept; that takes some
// milliseconds for each.
Result<login::Users> configured_users(const pipeline::Security& security, const Secrets& secrets);

// directory: of the pipeline. Reads the key set of security.oauth. Errors name the key and file.
Result<login::LoginOptions> login_options(const pipeline::Security& security,
                                          const Secrets& secrets, const std::string& directory);

}  // namespace tarn::app
