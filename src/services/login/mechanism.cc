#include "services/login/mechanism.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tarn::login {
namespace {

constexpr std::array<std::pair<Mechanism, std::string_view>, 5> kNames{
    {{Mechanism::plain, "PLAIN"},
     {Mechanism::scram_sha_256, "SCRAM-SHA-256"},
     {Mechanism::scram_sha_512, "SCRAM-SHA-512"},
     {Mechanism::oauthbearer, "OAUTHBEARER"},
     {Mechanism::aws_msk_iam, "AWS_MSK_IAM"}}};

}  // namespace

std::string_view name_of(Mechanism mechanism) {
  const auto* found =
      std::ranges::find(kNames, mechanism, [](const auto& one) { return one.first; });
  return found == kNames.end() ? "" : found->second;
}

std::optional<Mechanism> find_mechanism(std::string_view name) {
  const auto* found = std::ranges::find(kNames, name, [](const auto& one) { return one.second; });
  if (found == kNames.end()) return std::nullopt;
  return found->first;
}

std::string_view name_of(sasl::ScramHash hash) {
  return name_of(hash == sasl::ScramHash::sha256 ? Mechanism::scram_sha_256
                                                 : Mechanism::scram_sha_512);
}

std::optional<sasl::ScramHash> hash_of(Mechanism mechanism) {
  if (mechanism == Mechanism::scram_sha_256) return sasl::ScramHash::sha256;
  if (mechanism == Mechanism::scram_sha_512) return sasl::ScramHash::sha512;
  return std::nullopt;
}

}  // namespace tarn::login
