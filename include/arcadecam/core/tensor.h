#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

#include "arcadecam/core/shape.h"

namespace arcadecam {

/// A dense array in C order that somebody else owns. It is cheap to copy.
template <typename T>
class BasicTensorView {
 public:
  BasicTensorView() = default;
  BasicTensorView(T* data, Shape shape) : data_(data), shape_(shape) {}
  /// A view of const elements from a view of mutable ones.
  template <typename U>
  requires(std::is_const_v<T>&& std::is_same_v<std::remove_const_t<T>, U>)
      BasicTensorView(BasicTensorView<U> other)  // NOLINT(google-explicit-constructor)
      : data_(other.data()), shape_(other.shape()) {}

  [[nodiscard]] T* data() const noexcept { return data_; }
  [[nodiscard]] const Shape& shape() const noexcept { return shape_; }
  [[nodiscard]] std::int64_t size() const noexcept { return data_ == nullptr ? 0 : shape_.count(); }
  [[nodiscard]] std::span<T> values() const noexcept {
    return {data_, static_cast<std::size_t>(size())};
  }
  /// The `index`-th slice along the outermost dimension.
  [[nodiscard]] BasicTensorView operator[](std::int64_t index) const {
    const Shape inner = shape_.inner();
    return {data_ + index * inner.count(), inner};
  }

 private:
  T* data_ = nullptr;
  Shape shape_{0};
};

/// A dense array in C order that owns its elements, aligned to 64 bytes and zero-initialised.
template <typename T>
class BasicTensor {
  static_assert(std::is_arithmetic_v<T>);

 public:
  BasicTensor() = default;
  explicit BasicTensor(Shape shape) { resize(shape); }
  BasicTensor(Shape shape, std::span<const T> values) : BasicTensor(shape) {
    std::copy_n(values.begin(), std::min<std::size_t>(values.size(), this->values().size()),
                data());
  }
  BasicTensor(const BasicTensor& other) : BasicTensor(other.shape_, other.values()) {}
  BasicTensor(BasicTensor&& other) noexcept { swap(other); }
  BasicTensor& operator=(BasicTensor other) noexcept {
    swap(other);
    return *this;
  }
  ~BasicTensor() = default;

  /// Changes the shape. Memory is reused when it is large enough, and the elements then have
  /// unspecified values; newly allocated elements are zero.
  void resize(Shape shape) {
    if (shape.count() > capacity_) {
      const auto bytes = static_cast<std::size_t>(shape.count()) * sizeof(T);
      data_.reset(static_cast<T*>(::operator new[](bytes, kAlignment)));
      capacity_ = shape.count();
      std::fill_n(data_.get(), capacity_, T{});
    }
    shape_ = shape;
  }

  [[nodiscard]] T* data() noexcept { return data_.get(); }
  [[nodiscard]] const T* data() const noexcept { return data_.get(); }
  [[nodiscard]] const Shape& shape() const noexcept { return shape_; }
  [[nodiscard]] std::int64_t size() const noexcept { return shape_.count(); }
  [[nodiscard]] bool empty() const noexcept { return shape_.count() == 0; }
  [[nodiscard]] std::span<T> values() noexcept {
    return {data(), static_cast<std::size_t>(size())};
  }
  [[nodiscard]] std::span<const T> values() const noexcept {
    return {data(), static_cast<std::size_t>(size())};
  }
  [[nodiscard]] BasicTensorView<T> view() noexcept { return {data(), shape_}; }
  [[nodiscard]] BasicTensorView<const T> view() const noexcept { return {data(), shape_}; }
  [[nodiscard]] BasicTensorView<T> operator[](std::int64_t index) { return view()[index]; }
  [[nodiscard]] BasicTensorView<const T> operator[](std::int64_t index) const {
    return view()[index];
  }

 private:
  static constexpr std::align_val_t kAlignment{64};
  struct Free {
    void operator()(T* data) const noexcept { ::operator delete[](data, kAlignment); }
  };

  void swap(BasicTensor& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(capacity_, other.capacity_);
    std::swap(shape_, other.shape_);
  }

  std::unique_ptr<T[], Free> data_;
  std::int64_t capacity_ = 0;
  Shape shape_{0};
};

using Tensor = BasicTensor<float>;
using TensorView = BasicTensorView<const float>;
using MutableTensorView = BasicTensorView<float>;
using ByteTensor = BasicTensor<std::uint8_t>;
using ByteTensorView = BasicTensorView<const std::uint8_t>;

}  // namespace arcadecam
