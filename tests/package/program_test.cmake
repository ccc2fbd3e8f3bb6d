# Installs the program into an empty prefix and runs it there: it starts without the libraries of its modules, finds the
# modules where they are installed, and says what is missing where one was taken away. Variables: SOURCE, BUILD, WORK, ONEDNN (whether the build has it).
file(REMOVE_RECURSE ${WORK})
set(program ${WORK}/prefix/bin/arcadecam)

# run(CODE command…): fails unless the command ends with CODE; leaves what it printed in `output`.
function(run CODE)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL ${CODE})
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "expected exit status ${CODE}, found ${code}: ${command}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

run(0 ${CMAKE_COMMAND} --install ${BUILD} --component program --prefix ${WORK}/prefix)
file(GLOB_RECURSE modules ${WORK}/prefix/*/arcadecam/arcadecam-*.so)
set(expected pictures store sweep video)
if(ONEDNN)
  list(PREPEND expected onednn)
endif()
list(LENGTH modules count)
list(LENGTH expected expected_count)
if(NOT count EQUAL expected_count)
  message(FATAL_ERROR "expected the modules ${expected}, found: ${modules}")
endif()

# What comes with it.
foreach(file IN ITEMS arcadecam/DejaVuSans.ttf arcadecam/chart.min.js bash-completion/completions/arcadecam
                      zsh/site-functions/_arcadecam fish/vendor_completions.d/arcadecam.fish doc/arcadecam/LICENSE
                      doc/arcadecam/licences.md)
  file(SIZE ${WORK}/prefix/share/${file} size)
  if(size LESS 1000)
    message(FATAL_ERROR "${file} has ${size} bytes")
  endif()
endforeach()

run(0 ${program} --version)
if(NOT output MATCHES "^arcadecam [0-9.]+\n$")
  message(FATAL_ERROR "--version printed:\n${output}")
endif()
# What the loader says that it loads, a module that is opened at once included.
run(0 ${CMAKE_COMMAND} -E env LD_DEBUG=files ${program} --version)
string(REGEX MATCHALL "calling init: [^\n]+" libraries "${output}")
list(LENGTH libraries count)
message(STATUS "arcadecam --version loads ${count} shared libraries")
if(count GREATER 25)
  message(FATAL_ERROR "the program loads ${count} shared libraries before it does anything; at most 25:\n${output}")
endif()
if(libraries MATCHES "(lib(avcodec|avformat|cairo|dnnl|freetype|opencv|OpenCL|sqlite)|arcadecam-)[^;]*")
  message(FATAL_ERROR "the program loads a module's library before it is used: ${CMAKE_MATCH_0}")
endif()

# A sweep of one checkpoint, which "sweep merge" below finds complete.
file(COPY ${SOURCE}/agents/DQN_modern/Pong DESTINATION ${WORK}/zoo)
file(WRITE ${WORK}/zoo.toml "files = 'zoo/{game}/{run}/model_{step}.gz'\nmethods = 'gradcam'\nmeasures = 'shape'\n"
     "[states]\ncount = 1\nepisodes = 1\nepisode_steps = 3\n[options]\nbaselines = false\n")
run(0 ${program} sweep plan ${WORK}/zoo.toml -o ${WORK}/sweep)
run(0 ${program} sweep run ${WORK}/sweep --scratch ${WORK}/scratch)

# One command for each module: name, what its message says, arguments. OUT becomes a folder of its own for each run.
set(pictures_part pictures)
set(pictures_command figure pong --steps-at 1 --methods gradcam --formats pdf --out OUT)
set(store_part evaluations)
set(store_command evaluate pong --methods gradcam --no-baselines --measures shape --states 1 --episode-steps 3 --no-report --out OUT)
set(onednn_part "oneDNN's kernels")
set(onednn_command evaluate pong --engine onednn --methods gradcam --no-baselines --measures shape --states 1 --episode-steps 3 --no-report --out OUT)
set(video_command explain pong --steps 2 --methods gradcam --still-every 9 --no-gif --out OUT)
set(sweep_part "merged sweeps")
set(sweep_command sweep merge ${WORK}/sweep)
foreach(module IN ITEMS onednn pictures store sweep)
  set(${module}_missing "arcadecam: arcadecam-${module}.so is missing, which ${${module}_part} need: expected it at ")
endforeach()
set(video_missing "videos need the module arcadecam-video.so or the program ffmpeg, and neither is there: install ffmpeg")
foreach(module IN LISTS expected)
  string(REPLACE OUT ${WORK}/with-${module} with "${${module}_command}")
  string(REPLACE OUT ${WORK}/without-${module} without "${${module}_command}")
  run(0 ${program} ${with})
  file(GLOB file ${WORK}/prefix/*/arcadecam/arcadecam-${module}.so ${WORK}/prefix/*/*/arcadecam/arcadecam-${module}.so)
  file(RENAME ${file} ${file}.away)
  # Without the program ffmpeg too, which makes videos where their module is missing.
  run(1 ${CMAKE_COMMAND} -E env PATH=${WORK} ${program} ${without})
  if(NOT output MATCHES "${${module}_missing}")
    message(FATAL_ERROR "without its module ${module} the program printed:\n${output}")
  endif()
  file(RENAME ${file}.away ${file})
endforeach()
