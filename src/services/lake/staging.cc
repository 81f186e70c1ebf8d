#include "services/lake/staging.h"

#include <boost/json.hpp>

namespace tarn::lake {
namespace {

namespace json = boost::json;

constexpr std::string_view kIntentSuffix = ".intent";

Status ignore_missing(Status status) {
  if (!status && status.error().code() == ErrorCode::not_found) return {};
  return status;
}

Result<Staging::Intent> parse_intent(const Uuid& id, BytesView text) {
  json::error_code error;
  const auto value = json::parse(json::string_view(as_text(text).data(), text.size()), error);
  Staging::Intent intent{.id = id};
  const auto* version =
      error || !value.is_object() ? nullptr : value.as_object().if_contains("base_version");
  const auto* objects = version == nullptr ? nullptr : value.as_object().if_contains("objects");
  if (objects == nullptr || !version->is_int64() || !objects->is_array()) {
    return Error(ErrorCode::corrupt, "the intent " + id.to_string() + " cannot be read");
  }
  intent.base_version = version->as_int64();
  for (const auto& object : objects->as_array()) {
    if (object.is_string()) intent.objects.emplace_back(object.as_string());
  }
  return intent;
}

}  // namespace

std::string Staging::folder_of(const Uuid& id) const {
  return folder_ + "/" + id.to_string();
}

Result<std::string> Staging::make_folder(const Uuid& id) {
  const auto folder = folder_of(id);
  TRY(os::make_directories(files_, folder));
  return folder;
}

Status Staging::write_intent(const Intent& intent) {
  const json::object text{{"base_version", intent.base_version},
                          {"objects", json::array(intent.objects.begin(), intent.objects.end())}};
  return os::replace_file(files_, folder_of(intent.id) + std::string(kIntentSuffix),
                          as_bytes(json::serialize(text)));
}

Status Staging::clear(const Uuid& id) {
  TRY(remove_folder(folder_of(id)));
  return ignore_missing(files_.remove(folder_of(id) + std::string(kIntentSuffix)));
}

Result<std::vector<os::DirectoryEntry>> Staging::list(const std::string& folder) {
  auto entries = files_.list(folder);
  if (!entries && entries.error().code() == ErrorCode::not_found) {
    return std::vector<os::DirectoryEntry>();
  }
  return entries;
}

Status Staging::remove_folder(const std::string& folder) {
  for (const auto& entry : TRY(list(folder))) {
    const auto path = folder + "/" + entry.name;
    TRY(entry.is_directory ? remove_folder(path) : ignore_missing(files_.remove(path)));
  }
  return ignore_missing(files_.remove(folder));
}

Result<std::vector<Staging::Intent>> Staging::intents() {
  std::vector<Intent> intents;
  for (const auto& entry : TRY(list(folder_))) {
    if (entry.is_directory || !entry.name.ends_with(kIntentSuffix)) continue;
    const auto name = entry.name.substr(0, entry.name.size() - kIntentSuffix.size());
    const auto id = TRY(Uuid::parse(name));
    intents.push_back(
        TRY(parse_intent(id, TRY(os::read_file(files_, folder_ + "/" + entry.name)))));
  }
  return intents;
}

Status Staging::clear_folders() {
  for (const auto& entry : TRY(list(folder_))) {
    const auto path = folder_ + "/" + entry.name;
    if (entry.is_directory) {
      TRY(remove_folder(path));
    } else if (!entry.name.ends_with(kIntentSuffix)) {
      TRY(ignore_missing(files_.remove(path)));
    }
  }
  return {};
}

}  // namespace tarn::lake
