#include "formats/table_format/delta_protocol.h"

#include <algorithm>
#include <array>

namespace tarn::table_format {
namespace {

constexpr int kFeatureReader = 3;
constexpr int kFeatureWriter = 7;
constexpr std::array<std::string_view, 2> kWriterFeatures = {"appendOnly", "invariants"};

// What a writer version below 7 stands for beyond version 2.
std::string_view features_of_writer(int version) {
  switch (version) {
    case 3:
      return "checkConstraints";
    case 4:
      return "checkConstraints, changeDataFeed, generatedColumns";
    case 5:
      return "checkConstraints, changeDataFeed, generatedColumns, columnMapping";
    case 6:
      return "checkConstraints, changeDataFeed, generatedColumns, columnMapping, identityColumns";
    default:
      return "features of a later protocol";
  }
}

Error needs(const std::string& what) {
  return Error(ErrorCode::unimplemented,
               "the Delta table needs " + what +
                   ", which this release does not have; give the table another name");
}

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

Status check_readable(const Protocol& protocol) {
  if (protocol.reader_version <= 1) return {};
  if (protocol.reader_version == 2) return needs("reader version 2 (columnMapping)");
  if (protocol.reader_version > kFeatureReader) {
    return needs("reader version " + std::to_string(protocol.reader_version));
  }
  const auto features = protocol.reader_features.value_or(std::vector<std::string>{});
  if (features.empty()) return {};
  return needs("the reader features " + join(features));
}

Status check_writable(const Protocol& protocol, const Metadata& metadata) {
  TRY(check_readable(protocol));
  if (protocol.writer_version > kFeatureWriter) {
    return needs("writer version " + std::to_string(protocol.writer_version));
  }
  if (protocol.writer_version > 2 && protocol.writer_version < kFeatureWriter) {
    return needs("writer version " + std::to_string(protocol.writer_version) + " (" +
                 std::string(features_of_writer(protocol.writer_version)) + ")");
  }
  std::vector<std::string> unknown;
  for (const auto& feature : protocol.writer_features.value_or(std::vector<std::string>{})) {
    if (std::ranges::find(kWriterFeatures, feature) == kWriterFeatures.end())
      unknown.push_back(feature);
  }
  if (!unknown.empty()) {
    return needs("the writer features " + join(unknown));
  }
  if (metadata.format_provider != "parquet") {
    return needs("files in the format " + metadata.format_provider);
  }
  if (metadata.schema_string.contains("delta.invariants")) {
    return needs("the enforcement of column invariants (delta.invariants)");
  }
  return {};
}

}  // namespace tarn::table_format
