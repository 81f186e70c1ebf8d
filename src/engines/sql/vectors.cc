#include "engines/sql/vectors.h"

#include <duckdb.hpp>
#include <memory>
#include <utility>

#include <duckdb/common/types/data_chunk.hpp>
#include <duckdb/common/vector_operations/vector_operations.hpp>

#include "base/check.h"

namespace tarn::sql {

using columns::Column;
using columns::Type;
using columns::TypeKind;
using duckdb::FlatVector;
using duckdb::ListVector;
using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::StructVector;
using duckdb::Vector;

namespace {

bool holds_text(const Type& type) {
  return type.kind() == TypeKind::text || type.kind() == TypeKind::binary ||
         type.kind() == TypeKind::decimal;
}

template <class T>
void copy_words(Vector& into, std::span<const int64_t> words) {
  T* values = FlatVector::GetData<T>(into);
  for (size_t row = 0; row < words.size(); ++row) values[row] = static_cast<T>(words[row]);
}

void fill_validity(Vector& into, const Column& from, size_t begin, size_t count) {
  if (from.null_count() == 0) return;
  auto& validity = FlatVector::Validity(into);
  for (size_t row = 0; row < count; ++row) {
    if (from.is_null(begin + row)) validity.SetInvalid(row);
  }
}

void fill_doubles(Vector& into, const Column& from, size_t begin, size_t count) {
  auto* values = FlatVector::GetData<double>(into);
  for (size_t row = 0; row < count; ++row) values[row] = from.double_at(begin + row);
}

void fill_texts(Vector& into, const Column& from, const std::string& text, size_t begin,
                size_t count) {
  auto* values = FlatVector::GetData<duckdb::string_t>(into);
  for (size_t row = 0; row < count; ++row) {
    const uint64_t start = from.begin_at(begin + row);
    const uint64_t length = from.end_at(begin + row) - start;
    check(length <= UINT32_MAX, "a text is shorter than 4 GiB");
    values[row] = duckdb::string_t(text.data() + start, static_cast<uint32_t>(length));
  }
}

void fill_lists(Vector& into, const Column& from, const TextTree& texts, size_t begin,
                size_t count) {
  if (count == 0) return;
  auto* entries = FlatVector::GetData<duckdb::list_entry_t>(into);
  const uint64_t first = from.begin_at(begin);
  for (size_t row = 0; row < count; ++row) {
    const uint64_t start = from.begin_at(begin + row);
    entries[row] = {start - first, from.end_at(begin + row) - start};
  }
  const uint64_t elements = from.end_at(begin + count - 1) - first;
  ListVector::Reserve(into, elements);
  fill_vector(ListVector::GetEntry(into), from.child(0), texts.children[0], first, elements);
  ListVector::SetListSize(into, elements);
}

// A vector of an answer made flat, with types that a Column can hold.
class FlatSource {
 public:
  FlatSource(Vector& vector, size_t count)
      : vector_(&vector), type_(from_logical(vector.GetType())) {
    const LogicalType wanted = stored_as(vector.GetType(), type_);
    if (wanted != vector.GetType()) {
      cast_ = std::make_unique<Vector>(wanted, count);
      duckdb::VectorOperations::DefaultCast(vector, *cast_, count);
      vector_ = cast_.get();
    }
    vector_->Flatten(count);
    if (type_.kind() == TypeKind::list) {
      children_.emplace_back(ListVector::GetEntry(*vector_), ListVector::GetListSize(*vector_));
    } else if (type_.kind() == TypeKind::structure) {
      for (auto& child : StructVector::GetEntries(*vector_)) children_.emplace_back(*child, count);
    }
  }

  void append(Column& into, size_t begin, size_t count) const {
    const auto& validity = FlatVector::Validity(*vector_);
    for (size_t row = begin; row < begin + count; ++row) {
      if (validity.RowIsValid(row)) {
        append_value(into, row);
      } else {
        into.append_null();
      }
    }
  }

 private:
  // The type itself when it can be read as it lies there.
  static LogicalType stored_as(const LogicalType& type, const Type& ours) {
    switch (ours.kind()) {
      case TypeKind::boolean:
        return LogicalType::BOOLEAN;
      case TypeKind::int64:
        return LogicalType::BIGINT;
      case TypeKind::float64:
        return LogicalType::DOUBLE;
      case TypeKind::timestamp:
        return type.id() == LogicalTypeId::TIMESTAMP_TZ ? type : LogicalType::TIMESTAMP;
      case TypeKind::date:
        return LogicalType::DATE;
      case TypeKind::binary:
        return LogicalType::BLOB;
      case TypeKind::text:
      case TypeKind::decimal:
        return type.id() == LogicalTypeId::VARCHAR ? type : LogicalType::VARCHAR;
      case TypeKind::list:
        return type.id() == LogicalTypeId::ARRAY
                   ? LogicalType::LIST(duckdb::ArrayType::GetChildType(type))
                   : type;
      case TypeKind::structure:
        return type;
    }
    return type;
  }

  void append_value(Column& into, size_t row) const {
    switch (type_.kind()) {
      case TypeKind::boolean:
        into.append_boolean(FlatVector::GetData<bool>(*vector_)[row]);
        break;
      case TypeKind::int64:
      case TypeKind::timestamp:
        into.append_int64(FlatVector::GetData<int64_t>(*vector_)[row]);
        break;
      case TypeKind::float64:
        into.append_double(FlatVector::GetData<double>(*vector_)[row]);
        break;
      case TypeKind::date:
        into.append_int64(FlatVector::GetData<int32_t>(*vector_)[row]);
        break;
      case TypeKind::text:
      case TypeKind::binary:
      case TypeKind::decimal: {
        const auto& text = FlatVector::GetData<duckdb::string_t>(*vector_)[row];
        into.append_text({text.GetData(), text.GetSize()});
        break;
      }
      case TypeKind::list: {
        const auto& entry = FlatVector::GetData<duckdb::list_entry_t>(*vector_)[row];
        children_.front().append(into.child(0), entry.offset, entry.length);
        into.append_list();
        break;
      }
      case TypeKind::structure:
        for (size_t child = 0; child < children_.size(); ++child) {
          children_[child].append(into.child(child), row, 1);
        }
        into.append_structure();
        break;
    }
  }

  Vector* vector_;
  Type type_;
  std::unique_ptr<Vector> cast_;
  std::vector<FlatSource> children_;
};

void refer_to_structure(Vector& into, const Type& want, Vector& from, const Type& have,
                        size_t count) {
  FlatVector::SetValidity(into, FlatVector::Validity(from));
  auto& children = StructVector::GetEntries(into);
  auto& sources = StructVector::GetEntries(from);
  for (size_t child = 0; child < want.fields().size(); ++child) {
    const columns::Field& field = want.fields()[child];
    size_t source = 0;
    while (source < have.fields().size() && have.fields()[source].name != field.name) ++source;
    if (source == have.fields().size()) {
      set_all_null(*children[child], count);
    } else {
      refer_to(*children[child], field.type, *sources[source], have.fields()[source].type, count);
    }
  }
}

void refer_to_list(Vector& into, const Type& want, Vector& from, const Type& have, size_t count) {
  FlatVector::SetValidity(into, FlatVector::Validity(from));
  const auto* entries = FlatVector::GetData<duckdb::list_entry_t>(from);
  std::copy(entries, entries + count, FlatVector::GetData<duckdb::list_entry_t>(into));
  const size_t elements = ListVector::GetListSize(from);
  ListVector::Reserve(into, elements);
  refer_to(ListVector::GetEntry(into), want.element(), ListVector::GetEntry(from), have.element(),
           elements);
  ListVector::SetListSize(into, elements);
}

}  // namespace

LogicalType to_logical(const Type& type) {
  switch (type.kind()) {
    case TypeKind::boolean:
      return LogicalType::BOOLEAN;
    case TypeKind::int64:
      return LogicalType::BIGINT;
    case TypeKind::float64:
      return LogicalType::DOUBLE;
    case TypeKind::text:
    case TypeKind::decimal:
      return LogicalType::VARCHAR;
    case TypeKind::timestamp:
      return LogicalType::TIMESTAMP_TZ;
    case TypeKind::date:
      return LogicalType::DATE;
    case TypeKind::binary:
      return LogicalType::BLOB;
    case TypeKind::list:
      return LogicalType::LIST(to_logical(type.element()));
    case TypeKind::structure:
      break;
  }
  duckdb::child_list_t<LogicalType> children;
  for (const columns::Field& field : type.fields()) {
    children.emplace_back(field.name, to_logical(field.type));
  }
  return LogicalType::STRUCT(std::move(children));
}

Type from_logical(const LogicalType& type) {
  switch (type.id()) {
    case LogicalTypeId::BOOLEAN:
      return TypeKind::boolean;
    case LogicalTypeId::TINYINT:
    case LogicalTypeId::SMALLINT:
    case LogicalTypeId::INTEGER:
    case LogicalTypeId::BIGINT:
    case LogicalTypeId::UTINYINT:
    case LogicalTypeId::USMALLINT:
    case LogicalTypeId::UINTEGER:
      return TypeKind::int64;
    case LogicalTypeId::UBIGINT:
    case LogicalTypeId::HUGEINT:
    case LogicalTypeId::UHUGEINT:
    case LogicalTypeId::DECIMAL:
      return TypeKind::decimal;
    case LogicalTypeId::FLOAT:
    case LogicalTypeId::DOUBLE:
      return TypeKind::float64;
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_SEC:
    case LogicalTypeId::TIMESTAMP_MS:
    case LogicalTypeId::TIMESTAMP_NS:
    case LogicalTypeId::TIMESTAMP_TZ:
      return TypeKind::timestamp;
    case LogicalTypeId::DATE:
      return TypeKind::date;
    case LogicalTypeId::BLOB:
      return TypeKind::binary;
    case LogicalTypeId::LIST:
      return Type::list(from_logical(duckdb::ListType::GetChildType(type)));
    case LogicalTypeId::ARRAY:
      return Type::list(from_logical(duckdb::ArrayType::GetChildType(type)));
    case LogicalTypeId::MAP:
      return Type::list(Type::structure(
          {{.name = "key", .type = from_logical(duckdb::MapType::KeyType(type))},
           {.name = "value", .type = from_logical(duckdb::MapType::ValueType(type))}}));
    case LogicalTypeId::STRUCT: {
      std::vector<columns::Field> fields;
      for (const auto& [name, child] : duckdb::StructType::GetChildTypes(type)) {
        fields.push_back({.name = name, .type = from_logical(child)});
      }
      return Type::structure(std::move(fields));
    }
    default:
      return TypeKind::text;
  }
}

void take_texts(Column& from, TextTree& into) {
  into.children.resize(from.children().size());
  for (size_t child = 0; child < into.children.size(); ++child) {
    take_texts(from.child(child), into.children[child]);
  }
  if (holds_text(from.type())) {
    into.text = std::move(from).take_text();
    if (into.text.capacity() > into.text.size() + into.text.size() / 4) into.text.shrink_to_fit();
  }
}

size_t bytes_of(const TextTree& texts) {
  size_t total = texts.text.capacity();
  for (const TextTree& child : texts.children) total += bytes_of(child);
  return total;
}

void fill_vector(Vector& into, const Column& from, const TextTree& texts, size_t begin,
                 size_t count) {
  fill_validity(into, from, begin, count);
  switch (from.type().kind()) {
    case TypeKind::boolean:
      copy_words<bool>(into, from.words().subspan(begin, count));
      break;
    case TypeKind::date:
      copy_words<int32_t>(into, from.words().subspan(begin, count));
      break;
    case TypeKind::int64:
    case TypeKind::timestamp:
      copy_words<int64_t>(into, from.words().subspan(begin, count));
      break;
    case TypeKind::float64:
      fill_doubles(into, from, begin, count);
      break;
    case TypeKind::text:
    case TypeKind::binary:
    case TypeKind::decimal:
      fill_texts(into, from, texts.text, begin, count);
      break;
    case TypeKind::list:
      fill_lists(into, from, texts, begin, count);
      break;
    case TypeKind::structure: {
      auto& children = StructVector::GetEntries(into);
      for (size_t child = 0; child < children.size(); ++child) {
        fill_vector(*children[child], from.child(child), texts.children[child], begin, count);
      }
      break;
    }
  }
}

void append_rows(columns::Batch& into, duckdb::DataChunk& from) {
  for (size_t column = 0; column < into.columns.size(); ++column) {
    FlatSource(from.data[column], from.size()).append(into.columns[column], 0, from.size());
  }
}

void set_all_null(Vector& into, size_t count) {
  into.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  FlatVector::Validity(into).SetAllInvalid(count);
  if (into.GetType().InternalType() == duckdb::PhysicalType::STRUCT) {
    for (auto& child : StructVector::GetEntries(into)) set_all_null(*child, count);
  }
}

void refer_to(Vector& into, const Type& want, Vector& from, const Type& have, size_t count) {
  if (want == have) {
    into.Reference(from);
  } else if (want.kind() == TypeKind::structure && have.kind() == TypeKind::structure) {
    refer_to_structure(into, want, from, have, count);
  } else if (want.kind() == TypeKind::list && have.kind() == TypeKind::list) {
    refer_to_list(into, want, from, have, count);
  } else {
    set_all_null(into, count);
  }
}

}  // namespace tarn::sql
