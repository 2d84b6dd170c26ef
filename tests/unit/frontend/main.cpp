// The frontend's tests run inside an interpreter.
#define CATCH_CONFIG_RUNNER
#include <Python.h>

#include <catch2/catch.hpp>

int main(int argc, char** argv) {
  Py_InitializeEx(0);
  int status = Catch::Session().run(argc, argv);
  Py_FinalizeEx();
  return status;
}
