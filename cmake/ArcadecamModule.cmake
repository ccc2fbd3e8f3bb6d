# arcadecam_module(NAME SOURCES… LIBRARIES…): a part of the program that it opens when it is used (src/core/module.h):
# arcadecam-NAME.so, beside the program in the build, in LIBDIR/arcadecam when installed. What the program itself links must
# load in an instant; libraries that only one kind of output needs belong in a module.
function(arcadecam_module NAME)
  cmake_parse_arguments(MODULE "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_library(arcadecam_module_${NAME} MODULE ${MODULE_SOURCES})
  arcadecam_unite(arcadecam_module_${NAME})
  if(TARGET arcadecam_opens_onednn AND NOT NAME STREQUAL "onednn")
    # The rooms that it links may mention networks, which it does not run: oneDNN stays out of its file, as of the program's.
    target_sources(arcadecam_module_${NAME} PRIVATE $<TARGET_OBJECTS:arcadecam_opens_onednn>)
  endif()
  target_link_libraries(arcadecam_module_${NAME} PRIVATE ${MODULE_LIBRARIES} arcadecam_warnings)
  target_compile_definitions(arcadecam_module_${NAME} PRIVATE ARCADECAM_VERSION="${PROJECT_VERSION}")
  # Its copies of our own functions stay its own.
  target_link_options(arcadecam_module_${NAME} PRIVATE LINKER:--exclude-libs,ALL
                                                             $<$<NOT:$<BOOL:${ARCADECAM_SANITIZE}>>:LINKER:--no-undefined>
                                                             LINKER:--as-needed)
  set_target_properties(
    arcadecam_module_${NAME} PROPERTIES PREFIX "" OUTPUT_NAME arcadecam-${NAME} CXX_VISIBILITY_PRESET hidden
                                        VISIBILITY_INLINES_HIDDEN ON
                                        LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
  set_property(GLOBAL APPEND PROPERTY arcadecam_modules arcadecam_module_${NAME})
  install(TARGETS arcadecam_module_${NAME} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/arcadecam COMPONENT program)
endfunction()

# arcadecam_use_modules(TARGET): building TARGET, which opens modules when it runs, builds them too.
function(arcadecam_use_modules TARGET)
  get_property(modules GLOBAL PROPERTY arcadecam_modules)
  add_dependencies(${TARGET} ${modules})
endfunction()
