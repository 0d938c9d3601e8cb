// SPDX-License-Identifier: MIT
// file.c - files: read, written, asked and changed on a thread
#include "io/file.h"

#include "base/memory.h"
#include "io/dir.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_MAX   ((size_t)2 << 30) // of a file that is read at once
#define CHUNK_SIZE (256 * 1024)
#define POLL_MS    100 // how long a cancelled reader of a pipe may still wait

typedef struct FileTask {
  FileOp op;
  char *path, *other;
  char *bytes;
  size_t len;
  int64_t number, second;
  FileDeliver deliver;
  bool is_now; // on the VM's own thread, which must not wait for others
  int error; // errno; 0: it went well
  FileResult result;
} FileTask;

// --- Reading and writing -------------------------------------------------------------------------

static void fill_stat(FileStat *out, const struct stat *from) {
  *out = (FileStat){.size = from->st_size,
                    .mode = from->st_mode,
                    .modified_ns = (int64_t)from->st_mtim.tv_sec * 1000000000 + from->st_mtim.tv_nsec,
                    .accessed_ns = (int64_t)from->st_atim.tv_sec * 1000000000 + from->st_atim.tv_nsec,
                    .is_folder = S_ISDIR(from->st_mode),
                    .is_file = S_ISREG(from->st_mode),
                    .is_link = S_ISLNK(from->st_mode),
                    .device = from->st_dev,
                    .inode = from->st_ino};
}

bool file_stat_now(const char *path, bool follow, FileStat *out) {
  struct stat status;
  if ((follow ? stat(path, &status) : lstat(path, &status)) != 0) return false;
  fill_stat(out, &status);
  return true;
}

// Waits until a pipe or a device has something. False: cancelled, or an error.
static bool wait_readable(const Work *work, int fd) {
  for (;;) {
    if (work_is_cancelled(work)) return errno = ECANCELED, false;
    struct pollfd wanted = {.fd = fd, .events = POLLIN};
    int count = poll(&wanted, 1, POLL_MS);
    if (count > 0) return true;
    if (count < 0 && errno != EINTR) return false;
  }
}

// `work` is NULL where nobody may wait: then only files and folders (which the read refuses).
static bool read_all(const Work *work, int fd, Buffer *out) {
  struct stat status;
  bool is_known = fstat(fd, &status) == 0;
  bool is_file = is_known && S_ISREG(status.st_mode);
  if (!work && is_known && !is_file && !S_ISDIR(status.st_mode)) return errno = EWOULDBLOCK, false;
  if (!work) is_file = true;
  char *chunk = malloc(CHUNK_SIZE);
  if (!chunk) return false;
  bool ok = true;
  for (;;) {
    if (!is_file && !wait_readable(work, fd)) ok = false;
    ssize_t count = ok ? read(fd, chunk, CHUNK_SIZE) : -1;
    bool must_wait = count < 0 && ok && errno == EAGAIN; // also what calls itself a file, in /proc
    if (must_wait && work) is_file = false;
    if ((must_wait && work) || (count < 0 && ok && errno == EINTR)) continue;
    ok = count >= 0;
    if (count <= 0) break;
    if (out->len + (size_t)count > READ_MAX) {
      errno = EFBIG;
      ok = false;
      break;
    }
    buffer_append(out, chunk, (size_t)count);
  }
  int error = errno;
  free(chunk);
  errno = error;
  return ok;
}

static bool read_file(const Work *work, FileTask *task) {
  // Without NONBLOCK opening a pipe that nobody writes to would block for ever.
  int fd = open(task->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return false;
  bool ok = read_all(work, fd, &task->result.bytes);
  int error = errno;
  close(fd);
  errno = error;
  return ok;
}

static bool write_all(int fd, const char *bytes, size_t len) {
  while (len > 0) {
    ssize_t count = write(fd, bytes, len);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes += count;
    len -= (size_t)count;
  }
  return true;
}

static bool write_file(const FileTask *task) {
  int how = task->op == FILE_APPEND ? O_APPEND : O_TRUNC;
  int fd = open(task->path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | how, 0666);
  if (fd < 0) return false;
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  struct stat status;
  bool could_block = task->is_now && fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode);
  if (could_block) errno = EWOULDBLOCK;
  bool ok = !could_block && write_all(fd, task->bytes, task->len);
  int error = errno;
  if (close(fd) != 0 && ok) return false; // a full disk may be noticed only here
  errno = error;
  return ok;
}

// --- Copying -------------------------------------------------------------------------------------

static bool copy_bytes(int from, int to) {
  char *chunk = malloc(CHUNK_SIZE);
  ssize_t count = chunk ? 1 : -1;
  bool ok = chunk != NULL;
  while (ok && count > 0) {
    count = read(from, chunk, CHUNK_SIZE);
    if (count < 0 && errno == EINTR) {
      count = 1;
      continue;
    }
    ok = count >= 0 && write_all(to, chunk, (size_t)count);
  }
  int error = errno;
  free(chunk);
  errno = error;
  return ok;
}

static bool copy_open(int from, const char *path, const char *other) {
  struct stat source;
  struct stat target;
  if (fstat(from, &source) != 0) return false;
  if (S_ISDIR(source.st_mode)) return errno = EISDIR, false;
  bool is_same = stat(other, &target) == 0 && target.st_dev == source.st_dev &&
                 target.st_ino == source.st_ino;
  if (is_same) return errno = EEXIST, false; // it would be emptied first
  (void)path;
  int to = open(other, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, source.st_mode & 0777);
  if (to < 0) return false;
  bool ok = copy_bytes(from, to);
  int error = errno;
  if (close(to) != 0 && ok) return false;
  errno = error;
  return ok;
}

bool file_copy_now(const char *path, const char *other) {
  int from = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (from < 0) return false;
  bool ok = copy_open(from, path, other);
  int error = errno;
  close(from);
  errno = error;
  return ok;
}

static bool move_file(const FileTask *task) {
  if (rename(task->path, task->other) == 0) return true;
  if (errno != EXDEV) return false;
  return file_copy_now(task->path, task->other) && unlink(task->path) == 0;
}

// --- Temporary files -----------------------------------------------------------------------------

// The last "*" of the pattern becomes six characters; they stand at the end if there is none. The C
// library wants the X's followed by a suffix of known length.
static bool make_temporary(FileTask *task) {
  const char *star = strrchr(task->path, '*');
  size_t head = star ? (size_t)(star - task->path) : strlen(task->path);
  const char *tail = star ? star + 1 : "";
  Buffer *path = &task->result.bytes;
  buffer_append(path, task->path, head);
  buffer_text(path, "XXXXXX");
  if (task->op == FILE_MAKE_TEMPORARY_FOLDER) {
    if (*tail) return errno = EINVAL, false; // mkdtemp knows no suffix
    buffer_byte(path, '\0');
    path->len--;
    return mkdtemp(path->bytes) != NULL;
  }
  buffer_text(path, tail);
  buffer_byte(path, '\0');
  path->len--;
  int fd = mkostemps(path->bytes, (int)strlen(tail), O_CLOEXEC);
  return fd >= 0 && close(fd) == 0;
}

void file_add_name(FileResult *result, const char *name, size_t len, const FileStat *stat) {
  bool is_full = result->name_count == 0 ||
                 (result->name_count >= 16 && (result->name_count & (result->name_count - 1)) == 0);
  if (is_full) { // at 0, 16, 32, 64 …
    uint32_t capacity = result->name_count ? result->name_count * 2 : 16;
    result->names = memory_require(result->names, capacity * sizeof(FileName));
  }
  char *copy = memory_require(NULL, len + 1);
  memcpy(copy, name, len);
  copy[len] = '\0';
  result->names[result->name_count++] = (FileName){copy, *stat};
}

// --- All of them ---------------------------------------------------------------------------------

static bool set_times(const FileTask *task) {
  struct timespec times[2];
  int64_t ns[2] = {task->number, task->second};
  for (int i = 0; i < 2; i++) {
    int64_t s = ns[i] / 1000000000 - (ns[i] % 1000000000 < 0);
    times[i] = (struct timespec){.tv_sec = s, .tv_nsec = ns[i] - s * 1000000000};
  }
  return utimensat(AT_FDCWD, task->path, times, 0) == 0;
}

static bool is_same_file(FileTask *task) {
  FileStat a;
  FileStat b;
  if (!file_stat_now(task->path, true, &a) || !file_stat_now(task->other, true, &b)) return false;
  task->result.yes = a.device == b.device && a.inode == b.inode;
  return true;
}

static bool read_link(FileTask *task) {
  char target[4096];
  ssize_t len = readlink(task->path, target, sizeof(target));
  if (len < 0) return false;
  buffer_append(&task->result.bytes, target, (size_t)len);
  return true;
}

// A pipe or a device, which opening, reading and writing may have to wait for.
static bool is_special(const char *path) {
  FileStat stat;
  return file_stat_now(path, true, &stat) && !stat.is_file && !stat.is_folder;
}

static bool copies_special(const FileTask *task) {
  bool copies = task->op == FILE_COPY || task->op == FILE_MOVE;
  return copies && (is_special(task->path) || is_special(task->other));
}

static bool run_op(const Work *work, FileTask *task) {
  FileResult *result = &task->result;
  if (task->is_now && copies_special(task)) return errno = EWOULDBLOCK, false;
  switch (task->op) {
  case FILE_READ: return read_file(work, task);
  case FILE_WRITE:
  case FILE_APPEND: return write_file(task);
  case FILE_EXISTS:
    result->yes = access(task->path, F_OK) == 0;
    (void)!file_stat_now(task->path, true, &result->stat);
    return true;
  case FILE_STAT: return file_stat_now(task->path, true, &result->stat);
  case FILE_LSTAT: return file_stat_now(task->path, false, &result->stat);
  case FILE_REMOVE: return remove(task->path) == 0;
  case FILE_REMOVE_ALL: return dir_remove_all(task->path, &result->yes);
  case FILE_RENAME: return rename(task->path, task->other) == 0;
  case FILE_MOVE: return move_file(task);
  case FILE_COPY: return file_copy_now(task->path, task->other);
  case FILE_TRUNCATE: return truncate(task->path, task->number) == 0;
  case FILE_MAKE_FOLDER: return mkdir(task->path, (mode_t)task->number) == 0;
  case FILE_MAKE_FOLDERS: return dir_make_all(task->path, (uint32_t)task->number);
  case FILE_LIST: return dir_list(task->path, result);
  case FILE_CHMOD: return chmod(task->path, (mode_t)task->number) == 0;
  case FILE_CHOWN: return chown(task->path, (uid_t)task->number, (gid_t)task->second) == 0;
  case FILE_LCHOWN: return lchown(task->path, (uid_t)task->number, (gid_t)task->second) == 0;
  case FILE_SET_TIMES: return set_times(task);
  case FILE_LINK: return link(task->path, task->other) == 0;
  case FILE_SYMLINK: return symlink(task->path, task->other) == 0;
  case FILE_READ_LINK: return read_link(task);
  case FILE_SAME: return is_same_file(task);
  case FILE_MAKE_TEMPORARY:
  case FILE_MAKE_TEMPORARY_FOLDER: return make_temporary(task);
  }
  return errno = EINVAL, false;
}

static void run(const Work *work, void *context) {
  FileTask *task = context;
  task->error = run_op(work, task) ? 0 : errno;
}

// --- The promise ---------------------------------------------------------------------------------

static const char *const verbs[] = {
    [FILE_READ] = "read",
    [FILE_WRITE] = "write",
    [FILE_APPEND] = "append to",
    [FILE_EXISTS] = "look for",
    [FILE_STAT] = "ask about",
    [FILE_LSTAT] = "ask about",
    [FILE_REMOVE] = "remove",
    [FILE_REMOVE_ALL] = "remove",
    [FILE_RENAME] = "rename",
    [FILE_MOVE] = "move",
    [FILE_COPY] = "copy",
    [FILE_TRUNCATE] = "truncate",
    [FILE_MAKE_FOLDER] = "make the folder",
    [FILE_MAKE_FOLDERS] = "make the folder",
    [FILE_LIST] = "list",
    [FILE_CHMOD] = "change the mode of",
    [FILE_CHOWN] = "change the owner of",
    [FILE_LCHOWN] = "change the owner of",
    [FILE_SET_TIMES] = "change the times of",
    [FILE_LINK] = "link",
    [FILE_SYMLINK] = "link",
    [FILE_READ_LINK] = "read the link",
    [FILE_SAME] = "compare",
    [FILE_MAKE_TEMPORARY_FOLDER] = "make the folder",
    [FILE_MAKE_TEMPORARY] = "make the file",
};

void file_raise(VM *vm, int error, const char *verb, const char *path, const char *other) {
  char reason[128];
  const char *text = strerror_r(error, reason, sizeof(reason));
  bool begins_small = text[0] && !isupper((unsigned char)text[1]); // "I/O error" stays
  vm_raise(vm, "IOError", "cannot %s %s%s%s: %c%s", verb, path, other ? " to " : "",
           other ? other : "", begins_small ? tolower((unsigned char)text[0]) : text[0], text + 1);
}

static Value deliver(VM *vm, void *context) {
  FileTask *task = context;
  if (task->error == 0) return task->deliver(vm, &task->result);
  if (task->is_now && task->error == EWOULDBLOCK) {
    vm_raise(vm, "IOError",
             "cannot %s %s: it is a pipe or a device, and everything would have to wait for it; "
             "fs.async waits without the others",
             verbs[task->op], task->path);
    return VALUE_ABSENT;
  }
  file_raise(vm, task->error, verbs[task->op], task->path, task->other);
  return VALUE_ABSENT;
}

static void free_task(void *context) {
  FileTask *task = context;
  for (uint32_t i = 0; i < task->result.name_count; i++) free((char *)task->result.names[i].name);
  free(task->result.names);
  buffer_free(&task->result.bytes);
  free(task->path);
  free(task->other);
  free(task->bytes);
  free(task);
}

// --- Recordings ----------------------------------------------------------------------------------

static void tell_wish(const void *context, OutsideWish *wish, Buffer *details) {
  const FileTask *task = context;
  wish->what = verbs[task->op];
  wish->subject = task->path;
  if (task->other) journal_put_text(details, task->other, strlen(task->other));
  journal_put_text(details, task->bytes ? task->bytes : "", task->len);
  journal_put_signed(details, task->number);
  journal_put_signed(details, task->second);
}

static void save_stat(Buffer *out, const FileStat *stat) {
  journal_put_signed(out, stat->size);
  journal_put_number(out, stat->mode);
  journal_put_signed(out, stat->modified_ns);
  journal_put_signed(out, stat->accessed_ns);
  journal_put_number(out, (uint64_t)stat->is_folder << 2 | (uint64_t)stat->is_file << 1 | stat->is_link);
  journal_put_number(out, stat->device);
  journal_put_number(out, stat->inode);
}

static void restore_stat(JournalCursor *in, FileStat *stat) {
  stat->size = journal_get_signed(in);
  stat->mode = (uint32_t)journal_get_number(in);
  stat->modified_ns = journal_get_signed(in);
  stat->accessed_ns = journal_get_signed(in);
  uint64_t kinds = journal_get_number(in);
  stat->is_folder = kinds >> 2 & 1;
  stat->is_file = kinds >> 1 & 1;
  stat->is_link = kinds & 1;
  stat->device = journal_get_number(in);
  stat->inode = journal_get_number(in);
}

static void save(const void *context, Buffer *out) {
  const FileTask *task = context;
  const FileResult *result = &task->result;
  journal_put_number(out, (uint64_t)task->error);
  journal_put_text(out, result->bytes.bytes ? result->bytes.bytes : "", result->bytes.len);
  journal_put_number(out, result->yes);
  save_stat(out, &result->stat);
  journal_put_number(out, result->name_count);
  for (uint32_t i = 0; i < result->name_count; i++) {
    journal_put_text(out, result->names[i].name, strlen(result->names[i].name));
    save_stat(out, &result->names[i].stat);
  }
}

static void restore(void *context, JournalCursor *in) {
  FileTask *task = context;
  FileResult *result = &task->result;
  task->error = (int)(journal_get_number(in) & 0xffff);
  JournalText bytes = journal_get_text(in);
  buffer_append(&result->bytes, bytes.bytes, bytes.len);
  result->yes = journal_get_number(in) != 0;
  restore_stat(in, &result->stat);
  uint64_t count = journal_get_number(in);
  for (uint64_t i = 0; i < count && !in->is_bad; i++) {
    JournalText name = journal_get_text(in);
    FileStat stat;
    restore_stat(in, &stat);
    if (!in->is_bad) file_add_name(result, name.bytes, name.len, &stat);
  }
  if (in->is_bad) task->error = EIO;
}

static char *copy_of(const char *bytes, size_t len) {
  if (!bytes) return NULL;
  char *copy = memory_require(NULL, len + 1);
  memcpy(copy, bytes, len);
  copy[len] = '\0';
  return copy;
}

static bool has_zero(const char *path, size_t len) {
  return path && memchr(path, '\0', len);
}

// NULL: raised.
static FileTask *make_task(VM *vm, const FileWish *wish) {
  if (has_zero(wish->path, wish->path_len) || has_zero(wish->other, wish->other_len)) {
    vm_raise(vm, "ValueError", "a path must not contain a zero byte");
    return NULL;
  }
  FileTask *task = memory_require(NULL, sizeof(FileTask));
  *task = (FileTask){.op = wish->op,
                     .path = copy_of(wish->path, wish->path_len),
                     .other = copy_of(wish->other, wish->other_len),
                     .bytes = copy_of(wish->bytes, wish->len),
                     .len = wish->len,
                     .number = wish->number,
                     .second = wish->second,
                     .deliver = wish->deliver};
  return task;
}

Promise *file_start(VM *vm, const FileWish *wish) {
  static const WorkKind kind = {run, deliver, free_task, tell_wish, save, restore};
  FileTask *task = make_task(vm, wish);
  return task ? work_start(vm, &kind, task) : NULL;
}

Value file_now(VM *vm, const FileWish *wish) {
  FileTask *task = make_task(vm, wish);
  if (!task) return VALUE_ABSENT;
  task->is_now = true;
  Outside *outside = sched_outside(sched_of(vm));
  OutsideWish asked = {0};
  Buffer details = {0};
  Buffer answer = {0};
  tell_wish(task, &asked, &details);
  asked.details = details.bytes ? details.bytes : "";
  asked.details_len = details.len;
  if (outside_ask(outside, &asked, &answer)) {
    JournalCursor cursor = {.at = answer.bytes, .end = answer.bytes + answer.len};
    restore(task, &cursor);
  } else {
    task->error = run_op(NULL, task) ? 0 : errno;
    if (outside_is_recording(outside)) save(task, &answer);
    outside_tell(outside, &asked, &answer);
  }
  Value value = deliver(vm, task);
  free_task(task);
  buffer_free(&details);
  buffer_free(&answer);
  return value;
}

Value file_deliver_null(VM *vm, const FileResult *result) {
  (void)vm;
  (void)result;
  return VALUE_NULL;
}

Value file_deliver_text(VM *vm, const FileResult *result) {
  Str *str = vm_str(vm, result->bytes.bytes ? result->bytes.bytes : "", result->bytes.len);
  return str ? value_object(str) : VALUE_ABSENT;
}

Value file_deliver_bool(VM *vm, const FileResult *result) {
  (void)vm;
  return value_bool(result->yes);
}
