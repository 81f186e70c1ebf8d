#include "engines/sql/duckdb_error.h"

#include <string>

#include <duckdb/common/error_data.hpp>

namespace tarn::sql {

namespace {

ErrorCode code_of(const duckdb::ErrorData& error) {
  using duckdb::ExceptionType;
  switch (error.Type()) {
    case ExceptionType::OUT_OF_MEMORY:
      return ErrorCode::resource_exhausted;
    case ExceptionType::PERMISSION:
      return ErrorCode::permission_denied;
    case ExceptionType::INTERRUPT:
      return ErrorCode::cancelled;
    case ExceptionType::INTERNAL:
    case ExceptionType::FATAL:
      return ErrorCode::internal;
    case ExceptionType::IO:
    case ExceptionType::HTTP:
    case ExceptionType::NETWORK: {
      const std::string& message = error.RawMessage();
      const bool is_missing = message.find("No files found") != std::string::npos ||
                              message.find("No such file") != std::string::npos;
      return is_missing ? ErrorCode::not_found : ErrorCode::unavailable;
    }
    case ExceptionType::TRANSACTION:
    case ExceptionType::DEPENDENCY:
    case ExceptionType::CONNECTION:
    case ExceptionType::MISSING_EXTENSION:
    case ExceptionType::SETTINGS:
      return ErrorCode::failed_precondition;
    case ExceptionType::NOT_IMPLEMENTED:
      return ErrorCode::unimplemented;
    default:
      return ErrorCode::invalid_argument;
  }
}

}  // namespace

Error translate(const duckdb::ErrorData& error) {
  return Error(code_of(error), error.Message());
}

Error translate(const std::exception& exception) {
  return translate(duckdb::ErrorData(exception));
}

bool is_fatal(const duckdb::ErrorData& error) {
  return error.Type() == duckdb::ExceptionType::FATAL ||
         error.Type() == duckdb::ExceptionType::INTERNAL;
}

}  // namespace tarn::sql
