#include "measure/imputation.h"

#include <Eigen/SparseCholesky>
#include <Eigen/SparseCore>
#include <array>
#include <vector>

#include "arcadecam/core/error.h"

namespace arcadecam::measure {
namespace {

struct Neighbour {
  std::int64_t down, right;
  double weight;
};
constexpr double kBeside = 1.0 / 6, kCorner = 1.0 / 12;
constexpr std::array<Neighbour, 8> kNeighbours{{{-1, -1, kCorner},
                                                {-1, 0, kBeside},
                                                {-1, 1, kCorner},
                                                {0, -1, kBeside},
                                                {0, 1, kBeside},
                                                {1, -1, kCorner},
                                                {1, 0, kBeside},
                                                {1, 1, kCorner}}};

}  // namespace

void impute(const Mask& removed, Tensor& planes) {
  const std::int64_t height = planes.shape()[1], width = planes.shape()[2];
  const std::int64_t pixels = height * width, count = area(removed);
  if (count == 0) return;
  if (count == pixels)
    throw bad_input("pixels to fill in: all {} are removed; expected one that is left", pixels);

  // The unknowns: the removed pixels, in the order of their places.
  std::vector<int> unknown(removed.size(), -1);
  std::vector<std::int64_t> places;
  for (std::size_t i = 0; i < removed.size(); ++i) {
    if (!removed[i]) continue;
    unknown[i] = static_cast<int>(places.size());
    places.push_back(static_cast<std::int64_t>(i));
  }

  // Σw·x − Σ_removed w·x' = Σ_left w·x', over the neighbours on the picture. Not divided by Σw the
  // system is symmetric, and positive definite since some pixel is left.
  std::vector<Eigen::Triplet<double>> entries;
  Eigen::MatrixXd sides = Eigen::MatrixXd::Zero(count, planes.shape()[0]);
  for (Eigen::Index row = 0; row < count; ++row) {
    const std::int64_t place = places[static_cast<std::size_t>(row)];
    double sum = 0;
    for (const Neighbour& neighbour : kNeighbours) {
      const std::int64_t y = place / width + neighbour.down, x = place % width + neighbour.right;
      if (y < 0 || y >= height || x < 0 || x >= width) continue;
      sum += neighbour.weight;
      const std::int64_t other = y * width + x;
      const int column = unknown[static_cast<std::size_t>(other)];
      if (column >= 0) {
        // One half is enough of a symmetric matrix.
        if (column < row) entries.emplace_back(static_cast<int>(row), column, -neighbour.weight);
        continue;
      }
      for (Eigen::Index plane = 0; plane < sides.cols(); ++plane)
        sides(row, plane) +=
            neighbour.weight * static_cast<double>(planes.data()[plane * pixels + other]);
    }
    entries.emplace_back(static_cast<int>(row), static_cast<int>(row), sum);
  }
  Eigen::SparseMatrix<double> system(count, count);
  system.setFromTriplets(entries.begin(), entries.end());
  const Eigen::SimplicialLLT<Eigen::SparseMatrix<double>, Eigen::Lower> solver(system);
  if (solver.info() != Eigen::Success)
    throw bad_input("pixels to fill in: their linear system has no solution");
  const Eigen::MatrixXd solution = solver.solve(sides);
  for (Eigen::Index plane = 0; plane < sides.cols(); ++plane) {
    for (Eigen::Index row = 0; row < count; ++row)
      planes.data()[plane * pixels + places[static_cast<std::size_t>(row)]] =
          static_cast<float>(solution(row, plane));
  }
}

}  // namespace arcadecam::measure
