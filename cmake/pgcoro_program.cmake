# pgcoro_defaults(<target>): what every target of this project, library or program, is compiled with.
function(pgcoro_defaults target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # g++ inlines only one half of the pair that Asio's coroutine frames are allocated and freed with, then misses the other.
    target_compile_options(${target} PRIVATE -Wno-mismatched-new-delete)
  endif()
endfunction()

# pgcoro_programs(<prefix> <glob> [libraries...]): one executable for each source file, named <prefix><file name>.
# The targets' names are left in PGCORO_PROGRAMS.
function(pgcoro_programs prefix pattern)
  file(GLOB sources CONFIGURE_DEPENDS ${pattern})
  set(programs "")
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM stem)
    add_executable(${prefix}${stem} ${source})
    pgcoro_defaults(${prefix}${stem})
    target_link_libraries(${prefix}${stem} PRIVATE ${ARGN})
    list(APPEND programs ${prefix}${stem})
  endforeach()
  set(PGCORO_PROGRAMS ${programs} PARENT_SCOPE)
endfunction()
