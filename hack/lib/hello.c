/* The workload of the demo and the tests: says that it runs, then waits to be stopped. It is linked
 * statically, so that its image is this one file. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void stop(int number) {
  (void)number;
  _exit(0);
}

int main(void) {
  /* Process 1 gets no default action for a signal: without this, stopping the pod would take its whole grace
   * period. */
  signal(SIGTERM, stop);
  signal(SIGINT, stop);
  puts("hello from an image that came through the connected registry");
  fflush(stdout);
  for (;;) pause();
  return EXIT_SUCCESS;
}
