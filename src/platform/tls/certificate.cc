#include "platform/tls/certificate.h"

#include <array>
#include <ctime>
#include <memory>
#include <utility>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/bytes.h"

namespace tarn::tls {
namespace {

// The attributes that RFC 2253 has short names for; all others are dotted numbers and bytes.
std::string_view short_name(int attribute) {
  switch (attribute) {
    case NID_commonName:
      return "CN";
    case NID_localityName:
      return "L";
    case NID_stateOrProvinceName:
      return "ST";
    case NID_organizationName:
      return "O";
    case NID_organizationalUnitName:
      return "OU";
    case NID_countryName:
      return "C";
    case NID_streetAddress:
      return "STREET";
    case NID_domainComponent:
      return "DC";
    case NID_userId:
      return "UID";
    default:
      return "";
  }
}

std::string escaped(std::string_view text) {
  const size_t first = std::min(text.find_first_not_of(' '), text.size());
  const size_t last = text.find_last_not_of(' ');
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_edge = i < first || (last != std::string_view::npos && i > last);
    if (is_edge || std::string_view(",=+<>#;\"\\").find(text[i]) != std::string_view::npos) {
      result += '\\';
    }
    result += text[i];
  }
  return result;
}

std::string dotted(const ASN1_OBJECT* object) {
  std::array<char, 128> text{};
  OBJ_obj2txt(text.data(), text.size(), object, 1);
  return text.data();
}

// '#' and the DER encoding in hex digits.
std::string encoded(const ASN1_STRING* value) {
  ASN1_TYPE wrapped{};
  wrapped.type = ASN1_STRING_type(value);
  // Only read below.
  wrapped.value.asn1_string = const_cast<ASN1_STRING*>(value);
  unsigned char* der = nullptr;
  const int size = i2d_ASN1_TYPE(&wrapped, &der);
  std::string text = "#";
  for (int i = 0; i < size; ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    text += kDigits[der[i] >> 4];
    text += kDigits[der[i] & 15];
  }
  OPENSSL_free(der);
  return text;
}

std::string describe(const X509_NAME_ENTRY* entry) {
  const ASN1_OBJECT* attribute = X509_NAME_ENTRY_get_object(entry);
  const ASN1_STRING* value = X509_NAME_ENTRY_get_data(entry);
  const std::string_view name = short_name(OBJ_obj2nid(attribute));
  unsigned char* utf8 = nullptr;
  const int size = name.empty() ? -1 : ASN1_STRING_to_UTF8(&utf8, value);
  if (size < 0) return dotted(attribute) + "=" + encoded(value);
  const std::string text(reinterpret_cast<const char*>(utf8), static_cast<size_t>(size));
  OPENSSL_free(utf8);
  return std::string(name) + "=" + escaped(text);
}

Result<Timestamp> to_timestamp(const ASN1_TIME* time) {
  std::tm civil{};
  if (ASN1_TIME_to_tm(time, &civil) != 1) {
    return Error(ErrorCode::invalid_argument, "its validity is no time");
  }
  return Timestamp(std::chrono::seconds(timegm(&civil)));
}

}  // namespace

// The parts stand from the last to the first; those that are one part together keep their order.
std::string subject_of(const X509* certificate) {
  const X509_NAME* name = X509_get_subject_name(certificate);
  std::string text;
  std::string part;
  for (int i = X509_NAME_entry_count(name) - 1; i >= 0; --i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    part = part.empty() ? describe(entry) : describe(entry) + "+" + part;
    if (i > 0 &&
        X509_NAME_ENTRY_set(X509_NAME_get_entry(name, i - 1)) == X509_NAME_ENTRY_set(entry)) {
      continue;
    }
    text += (text.empty() ? "" : ",") + std::exchange(part, "");
  }
  return text;
}

std::optional<std::string> peer_subject(const SSL* connection) {
  const X509* certificate = SSL_get0_peer_certificate(connection);
  if (certificate == nullptr) return std::nullopt;
  return subject_of(certificate);
}

Result<Certificate> read_certificate(std::string_view pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> found(
      PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free);
  ERR_clear_error();
  if (!found) {
    return Error(ErrorCode::invalid_argument,
                 "it holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
  }
  return Certificate{.subject = subject_of(found.get()),
                     .valid_from = TRY(to_timestamp(X509_get0_notBefore(found.get()))),
                     .valid_until = TRY(to_timestamp(X509_get0_notAfter(found.get())))};
}

}  // namespace tarn::tls
