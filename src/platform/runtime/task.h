// Asynchronous functions: coroutines on one thread's io_context that end in a Result. Parameters
// of coroutines are values (a reference may outlive its caller's frame); collaborators are reached
// through `this`. Cancellation unwinds as an exception; nobody but TaskGroup catches it.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "base/error.h"

namespace tarn::runtime {

template <class T>
using Awaitable = boost::asio::awaitable<T>;

template <class T>
using Task = boost::asio::awaitable<Result<T>>;

}  // namespace tarn::runtime
