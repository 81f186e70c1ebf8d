#include "engines/sql/file_filter.h"

#include <algorithm>
#include <duckdb.hpp>
#include <functional>
#include <optional>
#include <utility>

#include <duckdb/common/multi_file/multi_file_list.hpp>
#include <duckdb/execution/expression_executor.hpp>
#include <duckdb/planner/expression/bound_between_expression.hpp>
#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/expression/bound_comparison_expression.hpp>
#include <duckdb/planner/expression/bound_conjunction_expression.hpp>
#include <duckdb/planner/expression/bound_constant_expression.hpp>
#include <duckdb/planner/expression/bound_operator_expression.hpp>
#include <duckdb/planner/expression_iterator.hpp>

#include "engines/sql/partition_value.h"

namespace tarn::sql {

using duckdb::Expression;
using duckdb::ExpressionClass;
using duckdb::ExpressionType;

namespace {

// Whether a row of the file may make a condition true.
using Test = std::function<bool(const DataFile&)>;

Test never() {
  return [](const DataFile&) { return false; };
}

Test all_of(std::vector<Test> tests) {
  return [tests = std::move(tests)](const DataFile& file) {
    return std::ranges::all_of(tests, [&](const Test& test) { return test(file); });
  };
}

Test any_of(std::vector<Test> tests) {
  return [tests = std::move(tests)](const DataFile& file) {
    return std::ranges::any_of(tests, [&](const Test& test) { return test(file); });
  };
}

const ColumnBounds* bounds_of(const DataFile& file, const std::string& column) {
  const auto found = std::ranges::find(file.bounds, column, &ColumnBounds::column);
  return found == file.bounds.end() ? nullptr : &*found;
}

bool has_only_nulls(const DataFile& file, const ColumnBounds& bounds) {
  return file.rows > 0 && bounds.null_count && *bounds.null_count >= file.rows;
}

// Whether a value between the bounds may compare so with `value`.
bool may_compare(const ColumnBounds& bounds, ExpressionType type, const Bound& value) {
  // A bound of another type than the value says nothing.
  const Bound* min = bounds.min && bounds.min->index() == value.index() ? &*bounds.min : nullptr;
  const Bound* max = bounds.max && bounds.max->index() == value.index() ? &*bounds.max : nullptr;
  switch (type) {
    case ExpressionType::COMPARE_EQUAL:
      return (!min || *min <= value) && (!max || value <= *max);
    case ExpressionType::COMPARE_NOTEQUAL:
      return !min || !max || *min != value || *max != value;
    case ExpressionType::COMPARE_LESSTHAN:
      return !min || *min < value;
    case ExpressionType::COMPARE_LESSTHANOREQUALTO:
      return !min || *min <= value;
    case ExpressionType::COMPARE_GREATERTHAN:
      return !max || *max > value;
    case ExpressionType::COMPARE_GREATERTHANOREQUALTO:
      return !max || *max >= value;
    default:
      return true;
  }
}

Test compares(std::string column, ExpressionType type, Bound value) {
  return [column = std::move(column), type, value = std::move(value)](const DataFile& file) {
    const ColumnBounds* bounds = bounds_of(file, column);
    if (bounds == nullptr) return true;
    return !has_only_nulls(file, *bounds) && may_compare(*bounds, type, value);
  };
}

Test is_null(std::string column) {
  return [column = std::move(column)](const DataFile& file) {
    const ColumnBounds* bounds = bounds_of(file, column);
    return bounds == nullptr || bounds->null_count.value_or(1) > 0;
  };
}

Test is_not_null(std::string column) {
  return [column = std::move(column)](const DataFile& file) {
    const ColumnBounds* bounds = bounds_of(file, column);
    return bounds == nullptr || !has_only_nulls(file, *bounds);
  };
}

// As bounds have it; none for types that have no bounds.
std::optional<Bound> bound_of(const duckdb::Value& value) {
  switch (value.type().id()) {
    case duckdb::LogicalTypeId::BIGINT:
      return Bound(value.GetValueUnsafe<int64_t>());
    case duckdb::LogicalTypeId::TIMESTAMP_TZ:
      return Bound(value.GetValueUnsafe<duckdb::timestamp_tz_t>().value);
    case duckdb::LogicalTypeId::DATE:
      return Bound(int64_t{value.GetValueUnsafe<duckdb::date_t>().days});
    case duckdb::LogicalTypeId::VARCHAR:
      return Bound(std::string(duckdb::StringValue::Get(value)));
    default:
      return std::nullopt;
  }
}

// From DuckDB's expressions to tests of files. None where the expression says nothing of a file.
class Reader {
 public:
  Reader(duckdb::ClientContext& context, const TableSnapshot& snapshot,
         const duckdb::MultiFilePushdownInfo& info)
      : context_(context), snapshot_(snapshot), info_(info) {}

  [[nodiscard]] std::optional<Test> read(const Expression& filter) const {
    if (filter.GetExpressionClass() == ExpressionClass::BOUND_CONJUNCTION) {
      return read_conjunction(filter.Cast<duckdb::BoundConjunctionExpression>());
    }
    if (uses_partition_columns_alone(filter)) return read_partition_filter(filter);
    switch (filter.GetExpressionClass()) {
      case ExpressionClass::BOUND_COMPARISON: {
        const auto& comparison = filter.Cast<duckdb::BoundComparisonExpression>();
        if (auto test = read_comparison(*comparison.left, comparison.GetExpressionType(),
                                        *comparison.right)) {
          return test;
        }
        return read_comparison(*comparison.right,
                               duckdb::FlipComparisonExpression(comparison.GetExpressionType()),
                               *comparison.left);
      }
      case ExpressionClass::BOUND_BETWEEN:
        return read_between(filter.Cast<duckdb::BoundBetweenExpression>());
      case ExpressionClass::BOUND_OPERATOR:
        return read_operator(filter.Cast<duckdb::BoundOperatorExpression>());
      default:
        return std::nullopt;
    }
  }

 private:
  [[nodiscard]] std::optional<Test> read_conjunction(
      const duckdb::BoundConjunctionExpression& conjunction) const {
    const bool is_and = conjunction.GetExpressionType() == ExpressionType::CONJUNCTION_AND;
    std::vector<Test> tests;
    for (const auto& child : conjunction.children) {
      auto test = read(*child);
      if (test) {
        tests.push_back(*std::move(test));
      } else if (!is_and) {
        return std::nullopt;
      }
    }
    return is_and ? all_of(std::move(tests)) : any_of(std::move(tests));
  }

  [[nodiscard]] std::optional<Test> read_comparison(const Expression& left, ExpressionType type,
                                                    const Expression& right) const {
    const auto column = column_of(left);
    const auto value = value_of(right);
    const bool is_plain = type >= ExpressionType::COMPARE_EQUAL &&
                          type <= ExpressionType::COMPARE_GREATERTHANOREQUALTO;
    if (!column || !value || !is_plain || value->type() != left.return_type) return std::nullopt;
    if (value->IsNull()) return never();
    auto bound = bound_of(*value);
    if (!bound) return std::nullopt;
    return compares(*column, type, *std::move(bound));
  }

  [[nodiscard]] std::optional<Test> read_between(
      const duckdb::BoundBetweenExpression& between) const {
    auto lower = read_comparison(*between.input, between.LowerComparisonType(), *between.lower);
    auto upper = read_comparison(*between.input, between.UpperComparisonType(), *between.upper);
    if (!lower) return upper;
    if (!upper) return lower;
    return all_of({*std::move(lower), *std::move(upper)});
  }

  [[nodiscard]] std::optional<Test> read_operator(
      const duckdb::BoundOperatorExpression& expression) const {
    const auto column = column_of(*expression.children.at(0));
    if (!column) return std::nullopt;
    switch (expression.GetExpressionType()) {
      case ExpressionType::OPERATOR_IS_NULL:
        return is_null(*column);
      case ExpressionType::OPERATOR_IS_NOT_NULL:
        return is_not_null(*column);
      case ExpressionType::COMPARE_IN: {
        std::vector<Test> tests;
        for (size_t at = 1; at < expression.children.size(); ++at) {
          auto test = read_comparison(*expression.children[0], ExpressionType::COMPARE_EQUAL,
                                      *expression.children[at]);
          if (!test) return std::nullopt;
          tests.push_back(*std::move(test));
        }
        return any_of(std::move(tests));
      }
      default:
        return std::nullopt;
    }
  }

  // Puts the values of the file in the place of partition columns.
  [[nodiscard]] Test read_partition_filter(const Expression& filter) const {
    return [this_copy = *this, &filter](const DataFile& file) {
      auto expression = filter.Copy();
      this_copy.put_values(expression, file);
      duckdb::Value result;
      if (!expression->IsFoldable() ||
          !duckdb::ExpressionExecutor::TryEvaluateScalar(this_copy.context_, *expression, result)) {
        return true;
      }
      return !result.IsNull() && result.GetValue<bool>();
    };
  }

  void put_values(duckdb::unique_ptr<Expression>& expression, const DataFile& file) const {
    if (const auto column = column_of(*expression)) {
      const auto value = partition_value(snapshot_, file, *column, expression->return_type);
      expression = duckdb::make_uniq<duckdb::BoundConstantExpression>(value.value());
      return;
    }
    duckdb::ExpressionIterator::EnumerateChildren(
        *expression, [&](duckdb::unique_ptr<Expression>& child) { put_values(child, file); });
  }

  [[nodiscard]] bool uses_partition_columns_alone(const Expression& expression) const {
    if (expression.GetExpressionClass() == ExpressionClass::BOUND_COLUMN_REF) {
      const auto column = column_of(expression);
      return column && std::ranges::find(snapshot_.partition_columns, *column) !=
                           snapshot_.partition_columns.end();
    }
    bool is_so = true;
    duckdb::ExpressionIterator::EnumerateChildren(expression, [&](const Expression& child) {
      is_so = is_so && uses_partition_columns_alone(child);
    });
    return is_so;
  }

  // The name of a column of the table; none for anything else.
  [[nodiscard]] std::optional<std::string> column_of(const Expression& expression) const {
    if (expression.GetExpressionClass() != ExpressionClass::BOUND_COLUMN_REF) return std::nullopt;
    const auto& column = expression.Cast<duckdb::BoundColumnRefExpression>();
    if (column.depth != 0 || column.binding.table_index != info_.table_index) return std::nullopt;
    const size_t id = info_.column_ids.at(column.binding.column_index);
    if (id >= info_.column_names.size()) return std::nullopt;
    return info_.column_names[id];
  }

  [[nodiscard]] std::optional<duckdb::Value> value_of(const Expression& expression) const {
    duckdb::Value value;
    if (!expression.IsFoldable() ||
        !duckdb::ExpressionExecutor::TryEvaluateScalar(context_, expression, value)) {
      return std::nullopt;
    }
    return value;
  }

  duckdb::ClientContext& context_;
  const TableSnapshot& snapshot_;
  const duckdb::MultiFilePushdownInfo& info_;
};

}  // namespace

FileFilter::FileFilter(duckdb::ClientContext& context, const TableSnapshot& snapshot,
                       const duckdb::MultiFilePushdownInfo& info,
                       const std::vector<const Expression*>& filters) {
  const Reader reader(context, snapshot, info);
  std::vector<Test> tests;
  for (const Expression* filter : filters) {
    if (auto test = reader.read(*filter)) tests.push_back(*std::move(test));
  }
  test_ = all_of(std::move(tests));
}

}  // namespace tarn::sql
