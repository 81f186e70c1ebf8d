// SCRAM (RFC 5802) with SHA-256 (RFC 7677) and SHA-512: the server's side, without channel binding,
// as Kafka has it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace tarn::sasl {

enum class ScramHash { sha256, sha512 };

inline constexpr int32_t kScramIterationsMin = 4096;
inline constexpr int32_t kScramIterationsMax = 1 << 20;

// What is kept of a password. Nobody can log in with it, nor learn the password but by guessing.
struct ScramCredential {
  ScramHash hash = ScramHash::sha256;
  int32_t iterations = kScramIterationsMin;
  Bytes salt;
  Bytes stored_key;
  Bytes server_key;
  bool operator==(const ScramCredential&) const = default;
};

// Takes time: that is its purpose.
ScramCredential make_credential(ScramHash hash, std::string_view password, Bytes salt,
                                int32_t iterations = kScramIterationsMin);
// Of a password that was salted already, which is what administrators send (KIP-554).
ScramCredential credential_of(ScramHash hash, BytesView salted_password, Bytes salt,
                              int32_t iterations);

// One login, step by step.
class ScramServer {
 public:
  // nonce: printable ASCII without commas that nobody has seen before.
  ScramServer(ScramHash hash, std::string nonce) : hash_(hash), nonce_(std::move(nonce)) {}

  // The client's first message. Errors: invalid_argument (not SCRAM, or wants what is not served).
  Result<std::string> read_user(BytesView first);
  // Our answer to it.
  std::string challenge(const ScramCredential& credential);
  // The client's final message, and what proves to it that the server knows the credential. Errors:
  // invalid_argument, permission_denied (the password is wrong).
  Result<std::string> verify(BytesView final_message);

 private:
  ScramHash hash_;
  std::string nonce_;
  std::string channel_;       // the header of the first message, repeated in the final one
  std::string conversation_;  // what both sides sign
  std::string both_nonces_;
  ScramCredential credential_;
};

}  // namespace tarn::sasl
