// The files that security: names: certificates, keys and key sets.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "formats/jwt/key_set.h"
#include "formats/pipeline/pipeline.h"
#include "formats/pipeline/problem.h"
#include "platform/tls/server_identity.h"

namespace tarn::app {

// directory: of the pipeline; absolute names stand as they are. Errors name the key and the file.
Result<std::shared_ptr<const tls::ServerIdentity>> read_identity(const pipeline::Tls& files,
                                                                 const std::string& directory);

Result<jwt::KeySet> read_key_set(const pipeline::OAuth& oauth, const std::string& directory);

struct FileFindings {
  std::vector<pipeline::Problem> problems;
  std::vector<std::string> warnings;  // what holds today and not for ever
};
// All that is wrong with them.
FileFindings check_security_files(const pipeline::Security& security, const std::string& directory,
                                  Timestamp now);

}  // namespace tarn::app
