# Installs arcadecam::explain into an empty prefix, builds the consumer against it, runs it, and checks that it
# links neither ALE nor OpenCV. Variables: BUILD, SOURCE, CONSUMER, WORK, GENERATOR, CXX, BUILD_TYPE, SANITIZE.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "failed (${code}): ${command}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK})
set(flags "")
if(SANITIZE)
  set(flags "-fsanitize=address,undefined")
endif()
run(${CMAKE_COMMAND} --install ${BUILD} --component explain --prefix ${WORK}/prefix)
# The README's C++ must compile as it stands, given what its text leaves to the reader.
file(READ ${SOURCE}/README.md readme)
string(FIND "${readme}" "```cpp\n" start)
if(start LESS 0)
  message(FATAL_ERROR "README.md has no C++ snippet")
endif()
math(EXPR start "${start} + 7")
string(SUBSTRING "${readme}" ${start} -1 readme)
string(FIND "${readme}" "```" end)
string(SUBSTRING "${readme}" 0 ${end} readme)
file(WRITE ${WORK}/readme.cpp "#include <cstddef>
#include <memory>
#include <vector>

#include \"arcadecam/checkpoint/checkpoint.h\"
#include \"arcadecam/explain/session.h\"
#include \"arcadecam/nn/engine.h\"

float readme(const arcadecam::ByteTensorView& observations, std::size_t n) {
${readme}
  return map.values()[0];
}
")
run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${CONSUMER} -B ${WORK}/build -DREADME=${WORK}/readme.cpp -DCMAKE_PREFIX_PATH=${WORK}/prefix
    -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_BUILD_TYPE=${BUILD_TYPE} -DCMAKE_CXX_FLAGS=${flags})
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/consumer)
if(NOT output MATCHES "arcadecam::explain works")
  message(FATAL_ERROR "the consumer printed something else:\n${output}")
endif()

run(ldd ${WORK}/build/consumer)
if(output MATCHES "lib(ale|opencv)[^\n]*")
  message(FATAL_ERROR "a program that uses arcadecam::explain alone links ${CMAKE_MATCH_0}")
endif()

# What is installed names no folder of the machine it was built on.
file(GLOB_RECURSE texts ${WORK}/prefix/*.cmake ${WORK}/prefix/*.h)
foreach(text IN LISTS texts)
  file(READ ${text} content)
  foreach(folder IN ITEMS ${BUILD} ${SOURCE})
    string(FIND "${content}" "${folder}" found)
    if(NOT found EQUAL -1)
      message(FATAL_ERROR "${text} names ${folder}")
    endif()
  endforeach()
endforeach()
