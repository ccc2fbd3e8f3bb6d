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

# The program's data and papers (component "program", as the program and its modules).
#   cmake --install BUILD --component program --prefix PREFIX
if(ARCADECAM_PLAY)
  foreach(data ARCADECAM_FONT ARCADECAM_CHARTS)
    file(REAL_PATH ${${data}} file)
    get_filename_component(name ${${data}} NAME)
    install(FILES ${file} DESTINATION ${CMAKE_INSTALL_DATADIR}/arcadecam RENAME ${name} COMPONENT program)
  endforeach()
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/docs/licences.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md
          DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
  # Completion is what the program says of itself, so it is asked when it is installed.
  if(NOT CMAKE_CROSSCOMPILING)
    set(completion ${PROJECT_BINARY_DIR}/completion)
    install(CODE "file(MAKE_DIRECTORY \"${completion}\")
foreach(shell bash zsh fish)
  execute_process(COMMAND \"$<TARGET_FILE:arcadecam>\" completion \${shell} OUTPUT_FILE \"${completion}/\${shell}\"
                  COMMAND_ERROR_IS_FATAL ANY)
endforeach()" COMPONENT program)
    install(FILES ${completion}/bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME arcadecam
            COMPONENT program)
    install(FILES ${completion}/zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _arcadecam COMPONENT program)
    install(FILES ${completion}/fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d RENAME arcadecam.fish
            COMPONENT program)
  endif()
endif()
