// The ways to log in (SASL mechanisms).
#pragma once

#include <optional>
#include <string_view>

#include "formats/sasl/scram.h"

namespace tarn::login {

enum class Mechanism { plain, scram_sha_256, scram_sha_512, oauthbearer, aws_msk_iam };

// "SCRAM-SHA-256"
std::string_view name_of(Mechanism mechanism);
std::optional<Mechanism> find_mechanism(std::string_view name);

// Of the two that are SCRAM.
std::string_view name_of(sasl::ScramHash hash);
std::optional<sasl::ScramHash> hash_of(Mechanism mechanism);

}  // namespace tarn::login
