// What module_test.cpp opens: a module of another version of the program.
#include "core/module.h"

extern "C" arcadecam::ModuleEntry arcadecam_module() {
  return {"0.0.0-other", nullptr};
}
