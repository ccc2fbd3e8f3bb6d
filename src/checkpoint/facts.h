#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace arcadecam::checkpoint {

/// What a file says beside its weights that a convention may need: settings of the training under
/// the names the source gives them ("v_min", "n_quantiles", "net_arch"), as text.
class Facts {
 public:
  /// The first value under a name counts. Names and values longer than a setting ever is are left
  /// out, and so is what exceeds a few hundred settings.
  void set(std::string_view name, std::string_view value);

  [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const;
  /// The value when all of it is one finite decimal number.
  [[nodiscard]] std::optional<double> number(std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace arcadecam::checkpoint
