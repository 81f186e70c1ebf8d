#include "services/login/users.h"

#include <algorithm>
#include <random>

namespace tarn::login {
namespace {

constexpr int8_t kVersion = 1;
constexpr uint64_t kHashesMax = 2;

Error unreadable() {
  return {ErrorCode::corrupt, "an entry of a user cannot be read"};
}

size_t key_bytes(sasl::ScramHash hash) {
  return hash == sasl::ScramHash::sha256 ? 32 : 64;
}

// Kafka's numbers of the mechanisms.
int8_t number_of(sasl::ScramHash hash) {
  return hash == sasl::ScramHash::sha256 ? 1 : 2;
}

void write_sized(ByteWriter& out, BytesView bytes) {
  out.write_unsigned_varint(bytes.size());
  out.write_bytes(bytes);
}

Bytes read_sized(ByteReader& in) {
  const BytesView bytes = in.read_bytes(in.read_unsigned_varint());
  return {bytes.begin(), bytes.end()};
}

}  // namespace

// version · count · { mechanism · iterations · salt · stored key · server key }
Bytes encode_credentials(const Credentials& credentials) {
  ByteWriter out;
  out.write_i8(kVersion);
  out.write_unsigned_varint(credentials.size());
  for (const auto& [hash, credential] : credentials) {
    out.write_i8(number_of(hash));
    out.write_i32(credential.iterations);
    write_sized(out, credential.salt);
    write_sized(out, credential.stored_key);
    write_sized(out, credential.server_key);
  }
  return std::move(out).take();
}

Result<Credentials> decode_credentials(BytesView bytes) {
  ByteReader in(bytes);
  if (in.read_i8() != kVersion) return unreadable();
  const uint64_t count = in.read_unsigned_varint();
  if (count > kHashesMax) return unreadable();
  Credentials credentials;
  for (uint64_t i = 0; i < count; ++i) {
    const int8_t number = in.read_i8();
    if (number != 1 && number != 2) return unreadable();
    const auto hash = number == 1 ? sasl::ScramHash::sha256 : sasl::ScramHash::sha512;
    sasl::ScramCredential credential{.hash = hash,
                                     .iterations = in.read_i32(),
                                     .salt = read_sized(in),
                                     .stored_key = read_sized(in),
                                     .server_key = read_sized(in)};
    const bool fits = credential.stored_key.size() == key_bytes(hash) &&
                      credential.server_key.size() == key_bytes(hash) &&
                      credential.iterations >= 1 &&
                      credential.iterations <= sasl::kScramIterationsMax;
    if (!fits || !credentials.emplace(hash, std::move(credential)).second) return unreadable();
  }
  if (in.failed() || in.remaining() > 0) return unreadable();
  return credentials;
}

Bytes random_bytes(size_t count) {
  std::random_device device;
  Bytes bytes(count);
  std::ranges::generate(bytes, [&] { return static_cast<std::byte>(device() & 0xff); });
  return bytes;
}

Credentials make_credentials(std::string_view password) {
  Credentials made;
  for (const auto hash : {sasl::ScramHash::sha256, sasl::ScramHash::sha512}) {
    made.emplace(hash, sasl::make_credential(hash, password, random_bytes()));
  }
  return made;
}

Status check_user_name(std::string_view name) {
  const bool is_printable =
      std::ranges::all_of(name, [](unsigned char c) { return c >= ' ' && c != 0x7f; });
  if (!name.empty() && name.size() <= 250 && is_printable) return {};
  return Error(ErrorCode::invalid_argument, "a user's name has 1 to 250 printable characters");
}

}  // namespace tarn::login
