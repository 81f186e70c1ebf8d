#include "formats/columns/json_decoder.h"

#include <utility>

#include "formats/columns/json_plan.h"
#include "formats/columns/json_row.h"

namespace tarn::columns {

class JsonDecoder::Core {
 public:
  Core(Schema schema, JsonDecoderOptions options)
      : schema_(std::move(schema)),
        options_(std::move(options)),
        plan_(schema_.fields, options_.reserved),
        row_(options_.limits, options_.misfits),
        is_full_(options_.new_fields == JsonDecoderOptions::NewFields::are_rescued) {}

  // A pass shows what the schema lacks; each further one has a larger schema.
  DecodedRecords decode(std::span<const std::string_view> records) {
    bool is_changed = false;
    auto unknown = is_full_ ? JsonRowDecoder::Unknown::rescue : JsonRowDecoder::Unknown::learn;
    while (true) {
      InferredType learned;
      is_rescue_needed_ = false;
      DecodedRecords decoded = pass(records, unknown, learned);
      const bool is_grown = grow(learned);
      const bool left_fields_out =
          learned.kind() != InferredType::Kind::unknown && is_full_ && !is_grown;
      const bool lacks_rescued = is_rescue_needed_ && !plan_.rescued();
      if (lacks_rescued) add_rescued();
      if (!is_grown && !lacks_rescued && !left_fields_out) {
        decoded.schema_changed = is_changed;
        return decoded;
      }
      is_changed = is_changed || is_grown || lacks_rescued;
      unknown = JsonRowDecoder::Unknown::rescue;
    }
  }

  void freeze() { is_full_ = true; }
  [[nodiscard]] const Schema& schema() const { return schema_; }

 private:
  DecodedRecords pass(std::span<const std::string_view> records, JsonRowDecoder::Unknown unknown,
                      InferredType& learned) {
    DecodedRecords decoded;
    Column table(Type::structure(schema_.fields));
    for (size_t record = 0; record < records.size(); ++record) {
      if (row_.decode(records[record], plan_, table, unknown, learned)) {
        decoded.records.push_back(record);
        is_rescue_needed_ = is_rescue_needed_ || row_.has_rescued();
      } else {
        decoded.undecodable.push_back({.record = record, .reason = row_.reason()});
      }
    }
    decoded.batch.schema = schema_;
    decoded.batch.columns = std::move(table).take_children();
    return decoded;
  }

  bool grow(const InferredType& learned) {
    if (learned.kind() != InferredType::Kind::structure) return false;
    Evolution evolution = evolve(schema_, learned, options_.limits);
    is_full_ = is_full_ || evolution.left_out;
    if (evolution.schema == schema_) return false;
    set_schema(std::move(evolution.schema));
    return true;
  }

  void add_rescued() {
    Schema schema = schema_;
    schema.fields.push_back({.name = std::string(kRescuedColumn), .type = TypeKind::text});
    set_schema(std::move(schema));
  }

  void set_schema(Schema schema) {
    schema_ = std::move(schema);
    plan_ = JsonPlan(schema_.fields, options_.reserved);
  }

  Schema schema_;
  JsonDecoderOptions options_;
  JsonPlan plan_;
  JsonRowDecoder row_;
  bool is_full_;  // new fields are rescued
  bool is_rescue_needed_ = false;
};

JsonDecoder::JsonDecoder(Schema schema, JsonDecoderOptions options)
    : core_(std::make_unique<Core>(std::move(schema), std::move(options))) {}
JsonDecoder::~JsonDecoder() = default;
JsonDecoder::JsonDecoder(JsonDecoder&&) noexcept = default;
JsonDecoder& JsonDecoder::operator=(JsonDecoder&&) noexcept = default;

void JsonDecoder::freeze() {
  core_->freeze();
}

DecodedRecords JsonDecoder::decode(std::span<const std::string_view> records) {
  return core_->decode(records);
}

const Schema& JsonDecoder::schema() const {
  return core_->schema();
}

}  // namespace tarn::columns
