# Installs arcadecam::explain (component "explain"): static libraries, public headers and a CMake package.
#   cmake --install BUILD --component explain --prefix PREFIX
# No ALE, no OpenCV: what is installed here is all MIT.
include(CMakePackageConfigHelpers)
set(arcadecam_package ${CMAKE_INSTALL_LIBDIR}/cmake/arcadecam)

# The bundle of rooms is the public name arcadecam::explain; the room itself gets another.
if(TARGET arcadecam_explain)
  set_target_properties(arcadecam_explain PROPERTIES EXPORT_NAME explain_room)
endif()
foreach(room core nn checkpoint explain explain_all)
  if(TARGET arcadecam_${room})
    install(TARGETS arcadecam_${room} EXPORT arcadecam ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT explain)
  endif()
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/arcadecam DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT explain)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT explain)

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/arcadecam-config.cmake.in
                              ${PROJECT_BINARY_DIR}/arcadecam-config.cmake INSTALL_DESTINATION ${arcadecam_package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/arcadecam-config-version.cmake COMPATIBILITY SameMinorVersion)
install(EXPORT arcadecam NAMESPACE arcadecam:: FILE arcadecam-targets.cmake DESTINATION ${arcadecam_package}
        COMPONENT explain)
install(FILES ${PROJECT_BINARY_DIR}/arcadecam-config.cmake ${PROJECT_BINARY_DIR}/arcadecam-config-version.cmake
              ${PROJECT_SOURCE_DIR}/cmake/FindoneDNN.cmake DESTINATION ${arcadecam_package} COMPONENT explain)
