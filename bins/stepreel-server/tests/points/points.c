// Loaded before a program (LD_PRELOAD): counts the calls by which it and its children change what is on disk, over all
// processes together, and kills whoever is about to make the one that was asked for. It stands between the program and
// the C library, so that the program is what is shipped.
//
// POINTS names a file of 4,096 bytes: the count, then, once somebody was killed, what they were about to do.
// POINTS_FATAL is the number of the call, from 1.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static struct shared {
  atomic_long count;
  char about[4096 - sizeof(atomic_long)];
} *shared;
static long fatal;

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
  const char *place = getenv("POINTS"), *number = getenv("POINTS_FATAL");
  REAL(open);
  int file = place ? real(place, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *mapped = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  fatal = number ? atol(number) : 0;
  if (mapped != MAP_FAILED) shared = mapped;
}

static void point(const char *call, const char *path) {
  if (!shared || atomic_fetch_add(&shared->count, 1) + 1 != fatal) return;
  snprintf(shared->about, sizeof shared->about, "%s %s", call, path);
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static void name_of(int file, char *path, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, size - 1);
  path[length < 0 ? 0 : length] = 0;
}

// Of an open file: pipes and sockets are no disk.
static void point_at(const char *call, int file) {
  struct stat what;
  char path[2048];
  if (!shared || fstat(file, &what) || !(S_ISREG(what.st_mode) || S_ISDIR(what.st_mode))) return;
  name_of(file, path, sizeof path);
  point(call, path);
}

static void point_in(const char *call, int folder, const char *path) {
  char above[1024], whole[3072];
  if (!shared) return;
  if (path[0] == '/' || folder == AT_FDCWD) return point(call, path);
  name_of(folder, above, sizeof above);
  snprintf(whole, sizeof whole, "%s/%s", above, path);
  point(call, whole);
}

#define OPENED(name)                                    \
  int name(const char *path, int flags, ...) {          \
    REAL(name);                                         \
    va_list more;                                       \
    va_start(more, flags);                              \
    mode_t mode = va_arg(more, mode_t);                 \
    va_end(more);                                       \
    if (flags & (O_CREAT | O_TRUNC)) point("open", path); \
    return real(path, flags, mode);                     \
  }
OPENED(open)
OPENED(open64)

#define OPENED_AT(name)                                   \
  int name(int folder, const char *path, int flags, ...) { \
    REAL(name);                                           \
    va_list more;                                         \
    va_start(more, flags);                                \
    mode_t mode = va_arg(more, mode_t);                   \
    va_end(more);                                         \
    if (flags & (O_CREAT | O_TRUNC)) point_in("open", folder, path); \
    return real(folder, path, flags, mode);               \
  }
OPENED_AT(openat)
OPENED_AT(openat64)

#define CHANGED(type, name, call, file, parameters, arguments) \
  type name parameters {                                       \
    REAL(name);                                                \
    point_at(call, file);                                      \
    return real arguments;                                     \
  }
CHANGED(ssize_t, write, "write", file, (int file, const void *bytes, size_t count), (file, bytes, count))
CHANGED(ssize_t, writev, "write", file, (int file, const struct iovec *parts, int count), (file, parts, count))
CHANGED(ssize_t, pwrite, "write", file, (int file, const void *bytes, size_t count, off_t at), (file, bytes, count, at))
CHANGED(ssize_t, pwrite64, "write", file, (int file, const void *bytes, size_t count, off64_t at), (file, bytes, count, at))
CHANGED(ssize_t, copy_file_range, "copy", to,
        (int from, off64_t *start, int to, off64_t *end, size_t length, unsigned flags), (from, start, to, end, length, flags))
CHANGED(int, ftruncate, "truncate", file, (int file, off_t length), (file, length))
CHANGED(int, ftruncate64, "truncate", file, (int file, off64_t length), (file, length))
CHANGED(int, fsync, "sync", file, (int file), (file))
CHANGED(int, fdatasync, "sync", file, (int file), (file))

#define NAMED(name, call, folder, path, parameters, arguments) \
  int name parameters {                                        \
    REAL(name);                                                \
    point_in(call, folder, path);                              \
    return real arguments;                                     \
  }
NAMED(rename, "rename", AT_FDCWD, to, (const char *from, const char *to), (from, to))
NAMED(renameat, "rename", into, to, (int folder, const char *from, int into, const char *to), (folder, from, into, to))
NAMED(link, "link", AT_FDCWD, to, (const char *from, const char *to), (from, to))
NAMED(linkat, "link", into, to, (int folder, const char *from, int into, const char *to, int flags), (folder, from, into, to, flags))
NAMED(unlink, "unlink", AT_FDCWD, path, (const char *path), (path))
NAMED(unlinkat, "unlink", folder, path, (int folder, const char *path, int flags), (folder, path, flags))
NAMED(mkdir, "mkdir", AT_FDCWD, path, (const char *path, mode_t mode), (path, mode))
NAMED(rmdir, "unlink", AT_FDCWD, path, (const char *path), (path))
