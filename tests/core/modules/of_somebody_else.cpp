// What module_test.cpp opens: a library without our entry function.
extern "C" int somebody_else() {
  return 0;
}
