# What `cmake --install` lays down: the library, its headers, a CMake package and a pkg-config file.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS pgcoro pgcoro_json EXPORT pgcoro-targets)
install(DIRECTORY include/pgcoro TYPE INCLUDE FILES_MATCHING PATTERN "*.hpp")
install(FILES LICENSE TYPE DOC OPTIONAL)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/pgcoro)
install(EXPORT pgcoro-targets NAMESPACE pgcoro:: DESTINATION ${package_dir})
configure_package_config_file(cmake/pgcoro-config.cmake.in ${PROJECT_BINARY_DIR}/pgcoro-config.cmake
                              INSTALL_DESTINATION ${package_dir})
# Before 1.0 a minor version may break the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/pgcoro-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/pgcoro-config.cmake ${PROJECT_BINARY_DIR}/pgcoro-config-version.cmake
        DESTINATION ${package_dir})

# A shared library brings its own OpenSSL along; with a static one the user links it.
if(BUILD_SHARED_LIBS)
  set(PGCORO_PC_REQUIRES Requires.private)
  set(PGCORO_PC_CFLAGS " -DPGCORO_SHARED")
else()
  set(PGCORO_PC_REQUIRES Requires)
endif()
# Found from the file's own place, so that an installed tree may be moved.
file(RELATIVE_PATH PGCORO_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" PGCORO_PC_PREFIX ${PGCORO_PC_PREFIX})
configure_file(cmake/pgcoro.pc.in ${PROJECT_BINARY_DIR}/pgcoro.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/pgcoro.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
