#include "engines/objectstore/object_store.h"

namespace tarn::objectstore {
namespace {

constexpr size_t kNameBytesMax = 1024;  // as S3 has it
constexpr size_t kPartBytesMax = 255;   // as file systems have it

const char* reason_against_part(std::string_view part) {
  if (part.empty()) return "a part between '/' is empty";
  if (part == "." || part == "..") return "'.' and '..' are no parts of a name";
  if (part.size() > kPartBytesMax) return "a part between '/' is longer than 255 bytes";
  for (const char c : part) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return "it holds a control character";
  }
  return nullptr;
}

}  // namespace

Status check_object_name(std::string_view name) {
  const char* reason = name.size() > kNameBytesMax ? "it is longer than 1024 bytes" : nullptr;
  for (size_t begin = 0; reason == nullptr && begin <= name.size();) {
    const size_t end = std::min(name.find('/', begin), name.size());
    reason = reason_against_part(name.substr(begin, end - begin));
    begin = end + 1;
  }
  if (reason == nullptr) return {};
  return Error(ErrorCode::invalid_argument, "\"" + std::string(name.substr(0, 100)) +
                                                "\" cannot be an object's name: " + reason);
}

}  // namespace tarn::objectstore
