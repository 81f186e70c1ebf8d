#include "services/lake/object_rows.h"

#include "formats/columns/json_decoder.h"

namespace tarn::lake {

Result<sql::ChunkPtr> ObjectRows::next() {
  while (next_ < objects_->size()) {
    const auto content = store_.get((*objects_)[next_++]);
    if (!content) {
      if (content.error().code() == ErrorCode::not_found) continue;
      return content.error();
    }
    if (auto chunk = decode(as_text(*content))) return chunk;
  }
  return sql::ChunkPtr();
}

sql::ChunkPtr ObjectRows::decode(std::string_view lines) {
  std::vector<std::string_view> records;
  for (size_t begin = 0; begin < lines.size();) {
    const size_t end = std::min(lines.find('\n', begin), lines.size());
    if (end > begin) records.push_back(lines.substr(begin, end - begin));
    begin = end + 1;
  }
  columns::JsonDecoder decoder(schema_,
                               {.new_fields = columns::JsonDecoderOptions::NewFields::are_rescued});
  auto decoded = decoder.decode(records);
  return decoded.records.empty() ? nullptr : columns_.make_chunk(std::move(decoded.batch));
}

}  // namespace tarn::lake
