#include "app/method_list.h"

#include "arcadecam/core/error.h"
#include "arcadecam/explain/method.h"
#include "explain/own_target.h"

namespace arcadecam::app {
void try_method(const explain::MethodSpec& spec, const nn::Graph& graph) {
  const explain::Method& method = explain::find_method(spec.id);
  const std::span<const explain::Param> own = method.params(), common = explain::common_params();
  std::vector<explain::Param> known(own.begin(), own.end());
  known.insert(known.end(), common.begin(), common.end());
  const explain::Params params(spec, known);
  (void)method.make(graph, params);
  (void)own_target(graph, method, params);
  refuse_methods_of_objects({spec});
}

std::vector<explain::MethodSpec> list_methods(const std::string& text, const nn::Graph& graph,
                                              std::vector<std::string>& left_out) {
  if (text != "all") {
    auto specs = explain::parse_methods(text);
    for (const explain::MethodSpec& spec : specs) try_method(spec, graph);
    return specs;
  }
  std::vector<explain::MethodSpec> specs;
  for (const explain::Method* method : explain::methods()) {
    explain::MethodSpec spec{std::string(method->id), {}};
    try {
      try_method(spec, graph);
      specs.push_back(std::move(spec));
    } catch (const Error& error) {
      left_out.push_back(spec.id + ": " + error.what());
    }
  }
  return specs;
}

void refuse_methods_of_objects(const std::vector<explain::MethodSpec>& specs) {
  for (const explain::MethodSpec& spec : specs) {
    if (spec.id != "object-saliency") continue;
    throw bad_usage(
        "method {}: where the objects are is not known here; the library takes their boxes "
        "(Session::set_objects)",
        spec.id);
  }
}

}  // namespace arcadecam::app
