# OpenCV's core and imgproc alone. Debian ships OpenCV's own CMake package only with libopencv-dev, which drags in
# all of its modules; this finds the two libraries from libopencv-imgproc-dev too.
# Defines OpenCV_FOUND and the targets opencv_core and opencv_imgproc.
find_package(OpenCV QUIET CONFIG COMPONENTS core imgproc)
if(NOT OpenCV_FOUND)
  find_path(OpenCV_INCLUDE_DIR opencv2/imgproc.hpp PATH_SUFFIXES opencv4)
  find_library(OpenCV_core_LIBRARY opencv_core)
  find_library(OpenCV_imgproc_LIBRARY opencv_imgproc)
  mark_as_advanced(OpenCV_INCLUDE_DIR OpenCV_core_LIBRARY OpenCV_imgproc_LIBRARY)
  include(FindPackageHandleStandardArgs)
  find_package_handle_standard_args(OpenCV REQUIRED_VARS OpenCV_core_LIBRARY OpenCV_imgproc_LIBRARY OpenCV_INCLUDE_DIR)
  if(OpenCV_FOUND)
    foreach(module core imgproc)
      if(NOT TARGET opencv_${module})
        add_library(opencv_${module} UNKNOWN IMPORTED)
        set_target_properties(
          opencv_${module} PROPERTIES IMPORTED_LOCATION ${OpenCV_${module}_LIBRARY}
                                      INTERFACE_INCLUDE_DIRECTORIES ${OpenCV_INCLUDE_DIR})
      endif()
    endforeach()
    set_property(TARGET opencv_imgproc APPEND PROPERTY INTERFACE_LINK_LIBRARIES opencv_core)
  endif()
endif()
