#include "app/report/overview.h"

#include <array>

namespace arcadecam::app {

std::span<const OverviewColumn> overview_columns() {
  static constexpr std::array<OverviewColumn, 11> kColumns{
      {{"localisation", "things.over-chance", "mass on objects ÷ chance"},
       {"localisation", "score.over-chance", "on the score display ÷ chance"},
       {"causal", "advantage", "agreement with removal"},
       {"truth", "auc", "known truth"},
       {"insertion-deletion", "insertion-blur-advantage", "insertion, blur"},
       {"insertion-deletion", "deletion-blur-advantage", "deletion, blur"},
       {"insertion-deletion", "insertion-noise-advantage", "insertion, noise"},
       {"randomisation", "head-spearman", "same after a new head"},
       {"random-logit", "spearman", "same for another action"},
       {"robustness", "max-sensitivity", "change under noise"},
       {"shape", "effective-area", "effective area"}}};
  return kColumns;
}

}  // namespace arcadecam::app
