// What the module has, one file a part. Its Python half (python/arcadecam/) is what users call.
#include "bindings.h"

NB_MODULE(_native, module) {
  module.doc() = "The native half of arcadecam.";
  arcadecam::python::bind_error(module);
  arcadecam::python::bind_results(module);
  arcadecam::python::bind_network(module);
  arcadecam::python::bind_methods(module);
  arcadecam::python::bind_pictures(module);
  arcadecam::python::bind_measures(module);
}
