#pragma once

#include <string>

#include "arcadecam/core/error.h"

namespace arcadecam::test {

/// The message of the Error that `call` throws; empty when it throws none.
template <typename Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace arcadecam::test
