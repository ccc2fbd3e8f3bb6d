#pragma once

#include <string_view>

namespace arcadecam::app {

/// report_page.html, into which the build copies it.
extern const std::string_view kReportPage;

}  // namespace arcadecam::app
