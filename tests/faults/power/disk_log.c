/* Preloaded into the service: writes down, in order, what it writes to its database and what it syncs,
 * and when an answer leaves. tests/faults/power/disk.py reads the log and cuts the power where it likes.
 *
 * A record: op, file, 6 bytes of nothing, 64-bit offset, 64-bit length, then the data of a write.
 *   op    W write, T truncate (offset is the new length), B a sync begins, S it has ended, A an answer
 *   file  d the database, w its write-ahead log, s a socket
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static char file_of(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 3) return 0;
  path[length] = 0;
  if (strcmp(path + length - 3, ".db") == 0) return 'd';
  if (length > 7 && strcmp(path + length - 7, ".db-wal") == 0) return 'w';
  return 0;
}

static void note(char op, char file, uint64_t offset, const void *data, uint64_t length) {
  const char *name = getenv("JIANBAO_DISK_LOG");
  if (name == NULL) return;
  char head[24] = {op, file};
  memcpy(head + 8, &offset, 8);
  memcpy(head + 16, &length, 8);
  pthread_mutex_lock(&lock);
  int log = (int)syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  uint64_t kept = op == 'W' ? length : 0;
  char *whole = malloc(24 + kept);
  memcpy(whole, head, 24);
  if (kept) memcpy(whole + 24, data, kept);
  if (syscall(SYS_write, log, whole, 24 + kept) < 0) abort();
  syscall(SYS_close, log);
  free(whole);
  pthread_mutex_unlock(&lock);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
  char file = file_of(fd);
  if (file) note('W', file, (uint64_t)offset, data, length);
  return REAL(pwrite64)(fd, data, length, offset);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
  return pwrite64(fd, data, length, offset);
}

static int truncated(int fd, off64_t length) {
  char file = file_of(fd);
  if (file) note('T', file, (uint64_t)length, NULL, 0);
  return (int)syscall(SYS_ftruncate, fd, length);
}

int ftruncate64(int fd, off64_t length) { return truncated(fd, length); }
int ftruncate(int fd, off_t length) { return truncated(fd, length); }

static int synced(int fd, long call) {
  char file = file_of(fd);
  if (file) note('B', file, 0, NULL, 0);
  int result = (int)syscall(call, fd);
  if (file && result == 0) note('S', file, 0, NULL, 0);
  return result;
}

int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }
int fsync(int fd) { return synced(fd, SYS_fsync); }

ssize_t send(int fd, const void *data, size_t length, int flags) {
  if (length > 12 && memcmp(data, "HTTP/1.1 200", 12) == 0) note('A', 's', 0, NULL, 0);
  return REAL(send)(fd, data, length, flags);
}
