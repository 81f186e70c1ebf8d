#include "app/security_files.h"

#include <filesystem>
#include <optional>

#include "platform/os/file_system.h"
#include "platform/tls/certificate.h"

namespace tarn::app {
namespace {

constexpr size_t kFileBytesMax = 1 << 20;
constexpr auto kRenewBefore = std::chrono::days(14);

struct File {
  std::string key;   // of tarn.yaml
  std::string name;  // as it stands there
};

Error about(const File& file, const Error& error) {
  return {error.code(), file.key + " (" + file.name + "): " + error.message()};
}

Result<std::string> read_text(const File& file, const std::string& directory) {
  os::PosixFileSystem files;
  auto read = os::read_file(files, (std::filesystem::path(directory) / file.name).string());
  if (!read) return about(file, read.error());
  if (read->size() > kFileBytesMax) {
    return about(file, {ErrorCode::invalid_argument, "it is larger than 1 MiB"});
  }
  return std::string(as_text(*read));
}

tls::ClientCertificates wanted(const pipeline::Tls& tls) {
  switch (tls.client_auth.value_or(pipeline::ClientAuth::none)) {
    case pipeline::ClientAuth::none:
      return tls::ClientCertificates::none;
    case pipeline::ClientAuth::requested:
      return tls::ClientCertificates::requested;
    case pipeline::ClientAuth::required:
      return tls::ClientCertificates::required;
  }
  return tls::ClientCertificates::none;
}

File certificate_file(const pipeline::Tls& tls) {
  return {"security.tls.certificate", tls.certificate};
}
File key_file(const pipeline::Tls& tls) {
  return {"security.tls.key", tls.key};
}

Result<tls::IdentityTexts> read_texts(const pipeline::Tls& tls, const std::string& directory) {
  tls::IdentityTexts texts{.certificate = TRY(read_text(certificate_file(tls), directory)),
                           .key = TRY(read_text(key_file(tls), directory)),
                           .client_authorities = {},
                           .clients = wanted(tls)};
  if (tls.client_ca) {
    texts.client_authorities =
        TRY(read_text({"security.tls.client_ca", *tls.client_ca}, directory));
  }
  return texts;
}

Status check_texts(const pipeline::Tls& tls, const tls::IdentityTexts& texts) {
  if (auto read = tls::read_certificate(texts.certificate); !read) {
    return about(certificate_file(tls), read.error());
  }
  if (Status key = tls::check_key(texts.key); !key) return about(key_file(tls), key.error());
  if (!tls.client_ca) return {};
  Status authorities = tls::check_authorities(texts.client_authorities);
  if (!authorities) return about({"security.tls.client_ca", *tls.client_ca}, authorities.error());
  return {};
}

// None: it is good for longer.
std::optional<std::string> expiry_of(const tls::Certificate& certificate, Timestamp now) {
  const std::string until = to_iso8601(certificate.valid_until);
  if (certificate.valid_from > now) {
    return "is valid only from " + to_iso8601(certificate.valid_from);
  }
  if (certificate.valid_until <= now) {
    return "has expired on " + until + ": clients refuse it; renew it, and send a SIGHUP";
  }
  if (certificate.valid_until <= now + kRenewBefore) return "expires on " + until;
  return std::nullopt;
}

}  // namespace

Result<std::shared_ptr<const tls::ServerIdentity>> read_identity(const pipeline::Tls& files,
                                                                 const std::string& directory) {
  const auto texts = TRY(read_texts(files, directory));
  TRY(check_texts(files, texts));
  auto made = tls::ServerIdentity::make(texts);
  if (!made) return about(key_file(files), made.error());
  return made;
}

Result<jwt::KeySet> read_key_set(const pipeline::OAuth& oauth, const std::string& directory) {
  const File file{"security.oauth.keys", oauth.keys};
  auto keys = jwt::KeySet::parse(TRY(read_text(file, directory)));
  if (!keys) return about(file, keys.error());
  return keys;
}

FileFindings check_security_files(const pipeline::Security& security, const std::string& directory,
                                  Timestamp now) {
  FileFindings findings;
  if (security.oauth) {
    if (auto keys = read_key_set(*security.oauth, directory); !keys) {
      findings.problems.push_back({.at = {}, .path = "", .message = keys.error().message()});
    }
  }
  if (!security.tls) return findings;
  if (auto made = read_identity(*security.tls, directory); !made) {
    findings.problems.push_back({.at = {}, .path = "", .message = made.error().message()});
    return findings;
  }
  const File file = certificate_file(*security.tls);
  auto text = read_text(file, directory);
  auto certificate = text ? tls::read_certificate(*text) : text.error();
  if (!certificate) return findings;
  if (auto expiry = expiry_of(*certificate, now)) {
    findings.warnings.push_back(file.key + " (" + file.name + ") " + *expiry);
  }
  return findings;
}

}  // namespace tarn::app
