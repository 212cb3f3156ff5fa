#include "cli/cli.h"

int main(int argc, char** argv) {
  return connected_registry::cli::run(argc, argv);
}
