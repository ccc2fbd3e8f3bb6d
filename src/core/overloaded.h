#pragma once

namespace arcadecam {

/// The visitor of std::visit as a list of lambdas, one per alternative.
template <typename... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <typename... F>
Overloaded(F...) -> Overloaded<F...>;  // clang 14 does not deduce it by itself

}  // namespace arcadecam
