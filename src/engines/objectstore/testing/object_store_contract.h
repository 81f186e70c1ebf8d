// What every object store does, whatever it is made of.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "engines/objectstore/object_store.h"

namespace tarn::objectstore::testing {

// One store for one test, and what it lives on.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual ObjectStore& store() = 0;
  // A finished file of this machine, as publish() takes it.
  virtual std::string local_file(std::string_view content) = 0;
  virtual bool local_file_exists(const std::string& path) = 0;
};
using MakeStore = std::function<std::unique_ptr<StoreUnderTest>()>;

// INSTANTIATE_TEST_SUITE_P(Local, ObjectStoreContract, ::testing::Values(make_local));
class ObjectStoreContract : public ::testing::TestWithParam<MakeStore> {
 protected:
  ObjectStore& store() { return under_test_->store(); }
  void put(const std::string& name, std::string_view content);
  void publish(const std::string& name, std::string_view content);
  std::string get(const std::string& name);
  std::vector<std::string> names(const std::string& prefix);

  std::unique_ptr<StoreUnderTest> under_test_ = GetParam()();
};

}  // namespace tarn::objectstore::testing
