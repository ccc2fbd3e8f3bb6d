#pragma once

#include <span>
#include <string_view>

namespace arcadecam::serve {

/// A file of the viewer's page, as it lies in src/serve/page/.
struct PageFile {
  std::string_view name, type;  ///< "index.html", "text/html; charset=utf-8"
  std::string_view content;
};

/// All of them, by name. The table is generated when CMake runs.
std::span<const PageFile> page_files();

}  // namespace arcadecam::serve
