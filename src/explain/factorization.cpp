#include "explain/factorization.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "arcadecam/core/error.h"
#include "explain/largest_eigenvector.h"

namespace arcadecam::explain {
namespace {

using Vector = std::vector<double>;

/// rows×columns, row by row.
struct Matrix {
  std::int64_t rows, columns;
  Vector values;

  Matrix(std::int64_t height, std::int64_t width)
      : rows(height), columns(width), values(static_cast<std::size_t>(height * width)) {}
  double* row(std::int64_t i) { return values.data() + i * columns; }
  [[nodiscard]] const double* row(std::int64_t i) const { return values.data() + i * columns; }
  double& at(std::int64_t i, std::int64_t j) { return row(i)[j]; }
  [[nodiscard]] double at(std::int64_t i, std::int64_t j) const { return row(i)[j]; }
};

/// Every position of every state, cut off at zero: positions×channels.
Matrix positions_of(TensorView activations) {
  const Shape& shape = activations.shape();
  const std::int64_t channels = shape[1], area = shape[2] * shape[3];
  Matrix x(shape[0] * area, channels);
  for (std::int64_t n = 0; n < shape[0]; ++n) {
    for (std::int64_t c = 0; c < channels; ++c) {
      const float* from = activations[n].data() + c * area;
      for (std::int64_t i = 0; i < area; ++i)
        x.at(n * area + i, c) = std::max(static_cast<double>(from[i]), 0.0);
    }
  }
  return x;
}

Matrix transposed(const Matrix& a) {
  Matrix result(a.columns, a.rows);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.columns; ++j) result.at(j, i) = a.at(i, j);
  }
  return result;
}

/// aᵀ·a
Matrix gram(const Matrix& a) {
  Matrix result(a.columns, a.columns);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.columns; ++j)
      add_scaled(a.at(i, j), a.row(i), a.columns, result.row(j));
  }
  return result;
}

/// a·b
Matrix product(const Matrix& a, const Matrix& b) {
  Matrix result(a.rows, b.columns);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.columns; ++j)
      add_scaled(a.at(i, j), b.row(j), b.columns, result.row(i));
  }
  return result;
}

/// The largest singular vectors of X: right ones as rows, and their singular values.
struct Directions {
  Matrix vectors;
  Vector sizes;
};

Directions directions_of(const Matrix& x, std::int64_t count) {
  const Matrix square = gram(x);
  const std::int64_t channels = x.columns;
  Directions found{Matrix(count, channels), Vector(static_cast<std::size_t>(count))};
  LargestEigenvector largest;
  double size = 0;
  for (std::int64_t c = 0; c < channels; ++c) size += square.at(c, c);
  for (std::int64_t k = 0; k < count; ++k) {
    // XᵀX without what was found: Σ s²·v·vᵀ.
    const auto multiply = [&](const double* v, double* image) {
      for (std::int64_t c = 0; c < channels; ++c) image[c] = dot(square.row(c), v, channels);
      for (std::int64_t j = 0; j < k; ++j) {
        const double s = found.sizes[static_cast<std::size_t>(j)];
        add_scaled(-s * s * dot(found.vectors.row(j), v, channels), found.vectors.row(j), channels,
                   image);
      }
    };
    // A start that leans towards the strongest channels, within what is left.
    Vector start(static_cast<std::size_t>(channels)), left(start.size());
    for (std::int64_t c = 0; c < channels; ++c)
      start[static_cast<std::size_t>(c)] =
          std::sqrt(square.at(c, c)) * (1 + 0.1 * std::sin(static_cast<double>(c)));
    multiply(start.data(), left.data());
    if (!(dot(left.data(), left.data(), channels) > 0)) break;
    const double value = largest.find(left, size, channels - k, multiply);
    if (!(value > 1e-12 * size)) break;
    found.sizes[static_cast<std::size_t>(k)] = std::sqrt(value);
    std::ranges::copy(largest.vector(), found.vectors.row(k));
  }
  return found;
}

double length_of(const Vector& v) {
  return std::sqrt(dot(v.data(), v.data(), std::ssize(v)));
}

/// What of `v` has this sign, made positive.
Vector part_of(const Vector& v, double sign) {
  Vector part(v.size());
  std::ranges::transform(v, part.begin(), [sign](double x) { return std::max(sign * x, 0.0); });
  return part;
}

/// NNDSVD: of each pair of singular vectors the parts of the sign that carries more.
void begin(const Matrix& x, Matrix& w, Matrix& h_transposed) {
  const std::int64_t count = w.columns;
  const Directions directions = directions_of(x, count);
  for (std::int64_t k = 0; k < count; ++k) {
    const double size = directions.sizes[static_cast<std::size_t>(k)];
    if (size == 0) break;
    const Vector right(directions.vectors.row(k), directions.vectors.row(k) + x.columns);
    Vector left(static_cast<std::size_t>(x.rows));
    for (std::int64_t i = 0; i < x.rows; ++i)
      left[static_cast<std::size_t>(i)] = dot(x.row(i), right.data(), x.columns) / size;
    Vector best_left, best_right;
    double most = -1;
    for (const double sign : {1.0, -1.0}) {
      Vector u = part_of(left, sign), v = part_of(right, sign);
      const double carries = length_of(u) * length_of(v);
      if (carries <= most) continue;
      most = carries;
      best_left = std::move(u);
      best_right = std::move(v);
    }
    if (!(most > 0)) continue;
    // Perron: the first pair has one sign, so the parts are all of it.
    const double scale = std::sqrt(size * most);
    constexpr double kNothing = 1e-6;  // scikit-learn's: below it is zero
    const auto kept = [](double value) { return value < kNothing ? 0 : value; };
    const double left_length = length_of(best_left), right_length = length_of(best_right);
    for (std::int64_t i = 0; i < x.rows; ++i)
      w.at(i, k) = kept(scale * best_left[static_cast<std::size_t>(i)] / left_length);
    for (std::int64_t c = 0; c < x.columns; ++c)
      h_transposed.at(c, k) = kept(scale * best_right[static_cast<std::size_t>(c)] / right_length);
  }
}

/// One round over every number of `factor` (rows×K), each set to what is best for ‖X −
/// factor·otherᵀ‖² with all others as they are. Returns how far from the best they were.
double descend(const Matrix& x, const Matrix& other, Matrix& factor) {
  const Matrix squares = gram(other), target = product(x, other);
  double moved = 0;
  for (std::int64_t k = 0; k < factor.columns; ++k) {
    const double curvature = squares.at(k, k);
    for (std::int64_t i = 0; i < factor.rows; ++i) {
      double& value = factor.at(i, k);
      const double slope = dot(squares.row(k), factor.row(i), factor.columns) - target.at(i, k);
      moved += std::abs(value == 0 ? std::min(slope, 0.0) : slope);
      if (curvature != 0) value = std::max(value - slope / curvature, 0.0);
    }
  }
  return moved;
}

/// ‖X − W·H‖ / ‖X‖
double residual_of(const Matrix& x, const Matrix& w, const Matrix& h_transposed) {
  const Matrix close = product(w, transposed(h_transposed));
  double error = 0, all = 0;
  for (std::size_t i = 0; i < x.values.size(); ++i) {
    error += (x.values[i] - close.values[i]) * (x.values[i] - close.values[i]);
    all += x.values[i] * x.values[i];
  }
  return std::sqrt(error / all);
}

/// The factors as they are shown: the largest share first, each scaled to a largest value of 1.
void present(const Matrix& x, const Matrix& w, const Matrix& h_transposed, Factors& result) {
  const std::int64_t count = w.columns, area = result.maps.shape()[2] * result.maps.shape()[3];
  Vector shares(static_cast<std::size_t>(count)), tops(shares.size());
  for (std::int64_t k = 0; k < count; ++k) {
    double places = 0, channels = 0;
    for (std::int64_t i = 0; i < w.rows; ++i) {
      places += w.at(i, k);
      tops[static_cast<std::size_t>(k)] = std::max(tops[static_cast<std::size_t>(k)], w.at(i, k));
    }
    for (std::int64_t c = 0; c < x.columns; ++c) channels += h_transposed.at(c, k);
    shares[static_cast<std::size_t>(k)] = places * channels;
  }
  const double all = std::accumulate(shares.begin(), shares.end(), 0.0);
  std::vector<std::int64_t> order(shares.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](std::int64_t k) { return shares[static_cast<std::size_t>(k)]; });
  for (std::int64_t place = 0; place < count; ++place) {
    const std::int64_t k = order[static_cast<std::size_t>(place)];
    const double top = tops[static_cast<std::size_t>(k)];
    result.shares.push_back(all > 0 ? shares[static_cast<std::size_t>(k)] / all : 0);
    if (top == 0) continue;
    for (std::int64_t i = 0; i < w.rows; ++i) {
      result.maps.data()[(i / area * count + place) * area + i % area] =
          static_cast<float>(w.at(i, k) / top);
    }
    for (std::int64_t c = 0; c < x.columns; ++c) {
      result.channels.data()[place * x.columns + c] =
          static_cast<float>(h_transposed.at(c, k) * top);
    }
  }
}

}  // namespace

Factors factorize(TensorView activations, const FactorOptions& options) {
  const Shape& shape = activations.shape();
  const Matrix x = positions_of(activations);
  const std::int64_t most = std::min(x.rows, x.columns);
  if (options.count < 1 || options.count > most) {
    throw bad_usage("{} factors: expected 1 to {}, for {} channels at {} positions", options.count,
                    most, x.columns, x.rows);
  }
  if (std::ranges::all_of(x.values, [](double value) { return value == 0; }))
    throw bad_input(
        "the layer is not active in any of these states: there is nothing to factorise");
  Factors result;
  result.maps.resize({shape[0], options.count, shape[2], shape[3]});
  result.channels.resize({options.count, shape[1]});
  std::ranges::fill(result.maps.values(), 0.0F);
  std::ranges::fill(result.channels.values(), 0.0F);

  Matrix w(x.rows, options.count), h_transposed(x.columns, options.count);
  begin(x, w, h_transposed);
  const Matrix turned = transposed(x);
  double first = 0;
  while (result.rounds < options.most_rounds) {
    const double moved = descend(x, h_transposed, w) + descend(turned, w, h_transposed);
    if (result.rounds++ == 0) first = moved;
    if (moved <= options.tolerance * first) break;
  }
  result.residual = residual_of(x, w, h_transposed);
  present(x, w, h_transposed, result);
  return result;
}

}  // namespace arcadecam::explain
