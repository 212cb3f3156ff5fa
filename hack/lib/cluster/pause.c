/* Holds a pod's namespaces open: the first process of every pod, which ends when it is told to. */

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void stop(int number) {
  (void)number;
  _exit(0);
}

static void collect(int number) {
  (void)number;
  while (waitpid(-1, NULL, WNOHANG) > 0) {
  }
}

int main(void) {
  signal(SIGINT, stop);
  signal(SIGTERM, stop);
  signal(SIGCHLD, collect); /* Where a pod shares its process namespace, orphans fall to us. */
  for (;;) pause();
}
