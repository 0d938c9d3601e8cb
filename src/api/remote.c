// SPDX-License-Identifier: MIT
// remote.c - modules from https:// addresses: what is known of them, the cache, the lock file
#include "api/remote.h"

#include "api/read_file.h"
#include "io/digest.h"
#include "io/url.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct RemoteText {
  RemoteState state;
  bool is_believed; // see remote_miss
  Buffer text;
  Buffer problem;
  char digest[DIGEST_TEXT_SIZE];
};

// --- Addresses -----------------------------------------------------------------------------------

bool remote_is_address(const char *path) {
  return strncasecmp(path, "https://", 8) == 0 || strncasecmp(path, "http://", 7) == 0;
}

static bool has_ending(const char *path, size_t len) {
  return len > 5 && (strncasecmp(path + len - 5, ".luma", 5) == 0 ||
                     strncasecmp(path + len - 5, ".vint", 5) == 0);
}

// What stands behind the path (query, fragment) of a relative reference stays behind it.
static void add_ending(Buffer *out, const char *path, const char *ending) {
  size_t len = strcspn(path, "?#");
  buffer_append(out, path, len);
  if (!has_ending(path, len)) buffer_text(out, ending);
  buffer_text(out, path + len);
}

static bool check_address(const Url *url, Buffer *problem) {
  bool is_plain = url->scheme.len == 4; // http
  if (url->user.bytes)
    buffer_text(problem, "an address with a name or password in it would end up in the lock file");
  else if (is_plain && !url_host_is_local(url))
    buffer_text(problem, "only https:// addresses can be imported, http:// only from this machine");
  return problem->len == 0;
}

bool remote_resolve(Buffer *out, const char *base, const char *path, const char *ending,
                    Buffer *problem) {
  Buffer reference = {0}, resolved = {0};
  if (base && !remote_is_address(path))
    add_ending(&reference, path, ending);
  else
    buffer_text(&reference, path);
  Url from, to, whole;
  const char *why = NULL;
  bool is_read = url_parse(reference.bytes, reference.len, &to, &why) &&
                 (!base || url_parse(base, strlen(base), &from, &why));
  if (is_read) {
    // Resolving an absolute address against itself takes the dots out of its path.
    url_resolve(&resolved, base ? &from : &to, &to);
    url_normalize(out, resolved.bytes, resolved.len);
    is_read = url_parse(out->bytes, out->len, &whole, &why) && check_address(&whole, problem);
  }
  if (why) buffer_text(problem, why);
  buffer_free(&reference);
  buffer_free(&resolved);
  return is_read;
}

// --- Files ---------------------------------------------------------------------------------------

static void make_folders(const char *folder) {
  Buffer path = {0};
  buffer_text(&path, folder);
  for (size_t i = 1; i <= path.len; i++) {
    if (path.bytes[i] != '/' && path.bytes[i] != '\0') continue;
    char end = path.bytes[i];
    path.bytes[i] = '\0';
    (void)mkdir(path.bytes, 0777);
    path.bytes[i] = end;
  }
  buffer_free(&path);
}

static bool write_all(int fd, const char *bytes, size_t len) {
  while (len > 0) {
    ssize_t written = write(fd, bytes, len);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes += written;
    len -= (size_t)written;
  }
  return true;
}

// Under another name first. 0, or the errno.
static int write_file(const char *path, const char *bytes, size_t len) {
  Buffer name = {0};
  buffer_printf(&name, "%s.XXXXXX", path);
  int fd = mkstemp(name.bytes);
  int problem = fd < 0 ? errno : 0;
  if (!problem) {
    bool is_written = write_all(fd, bytes, len) && fchmod(fd, 0644) == 0;
    if (!is_written) problem = errno;
    if (close(fd) != 0 && !problem) problem = errno;
    if (!problem && rename(name.bytes, path) != 0) problem = errno;
    if (problem) unlink(name.bytes);
  }
  buffer_free(&name);
  return problem;
}

// --- The lock file -------------------------------------------------------------------------------
// "ADDRESS sha256:DIGEST", a line each, sorted.

#define MARK " sha256:"

static bool is_digest(const char *text, size_t len) {
  return len == 64 && strspn(text, "0123456789abcdef") >= 64;
}

static bool read_line(Remote *remote, const char *line, size_t len) {
  if (len == 0 || line[0] == '#') return true;
  const char *mark = memmem(line, len, MARK, strlen(MARK));
  const char *digest = mark ? mark + strlen(MARK) : NULL;
  if (!mark || !is_digest(digest, (size_t)(line + len - digest))) return false;
  char *known = strmap_get(&remote->locks, line, (size_t)(mark - line));
  if (known) return true; // what this run has found out goes first
  strmap_set(&remote->locks, line, (size_t)(mark - line), strndup(digest, 64));
  return true;
}

static void read_locks(Remote *remote) {
  Buffer text = {0};
  int problem = read_file_path(remote->lock_path, true, &text);
  if (problem && problem != ENOENT)
    buffer_printf(&remote->lock_problem, "%s cannot be read: %s", remote->lock_path,
                  read_file_reason(problem));
  const char *at = text.bytes ? text.bytes : "";
  for (uint32_t line = 1; *at && remote->lock_problem.len == 0; line++) {
    size_t len = strcspn(at, "\n");
    size_t shown = len > 0 && at[len - 1] == '\r' ? len - 1 : len;
    if (!read_line(remote, at, shown))
      buffer_printf(&remote->lock_problem, "%s is damaged in line %u: it should be an address and its SHA-256",
                    remote->lock_path, line);
    at += len + (at[len] == '\n');
  }
  buffer_free(&text);
}

static int compare_entries(const void *a, const void *b) {
  return strcmp((*(const StrMapEntry *const *)a)->key, (*(const StrMapEntry *const *)b)->key);
}

static void print_locks(const Remote *remote, Buffer *out) {
  uint32_t count = remote->locks.count;
  const StrMapEntry **sorted = memory_require(NULL, (count + 1) * sizeof(*sorted));
  for (uint32_t i = 0; i < count; i++) sorted[i] = &remote->locks.entries[i];
  if (count > 1) qsort(sorted, count, sizeof(*sorted), compare_entries);
  buffer_text(out, "# What the imported addresses must give. `wick lock FILE` renews it.\n");
  for (uint32_t i = 0; i < count; i++)
    buffer_printf(out, "%s" MARK "%s\n", sorted[i]->key, (const char *)sorted[i]->value);
  free(sorted);
}

// Another process may have added lines meanwhile: they stay.
bool remote_save_locks(Remote *remote, Buffer *problem) {
  if (!remote->has_new_locks) return true;
  read_locks(remote);
  Buffer text = {0};
  print_locks(remote, &text);
  int failed = write_file(remote->lock_path, text.bytes, text.len);
  buffer_free(&text);
  remote->has_new_locks = false;
  if (failed) buffer_printf(problem, "%s cannot be written: %s", remote->lock_path, strerror(failed));
  return failed == 0;
}

static const char *find_lock(const Remote *remote, const char *url) {
  return strmap_get(&remote->locks, url, strlen(url));
}

static void set_lock(Remote *remote, const char *url, const char *digest) {
  char *known = strmap_get(&remote->locks, url, strlen(url));
  if (known && strcmp(known, digest) == 0) return;
  free(known);
  strmap_set(&remote->locks, url, strlen(url), strdup(digest));
  remote->has_new_locks = true;
}

// --- The cache -----------------------------------------------------------------------------------

static char *find_cache_folder(void) {
  const char *cache = getenv("XDG_CACHE_HOME");
  const char *home = getenv("HOME");
  Buffer path = {0};
  if (cache && cache[0] == '/')
    buffer_printf(&path, "%s/wick/modules", cache);
  else if (home && home[0] == '/')
    buffer_printf(&path, "%s/.cache/wick/modules", home);
  return path.bytes;
}

// The text whose SHA-256 is `digest`. One that has been damaged counts as not there.
static bool read_cached(const Remote *remote, const char *digest, RemoteText *out) {
  Buffer path = {0}, reason = {0};
  buffer_printf(&path, "%s/%s", remote->cache_folder, digest);
  bool is_read = read_file_path(path.bytes, true, &out->text) == 0 &&
                 digest_sha256(out->text.bytes ? out->text.bytes : "", out->text.len, out->digest,
                               &reason) &&
                 strcmp(out->digest, digest) == 0;
  if (!is_read) buffer_clear(&out->text);
  buffer_free(&path);
  buffer_free(&reason);
  return is_read;
}

// Where the SHA-256 that an address gave last is kept.
static bool path_of_address(const Remote *remote, const char *url, Buffer *path) {
  char digest[DIGEST_TEXT_SIZE];
  Buffer reason = {0};
  bool is_known = digest_sha256(url, strlen(url), digest, &reason);
  if (is_known) buffer_printf(path, "%s/address-%s", remote->cache_folder, digest);
  buffer_free(&reason);
  return is_known;
}

static bool read_last(const Remote *remote, const char *url, RemoteText *out) {
  Buffer path = {0}, digest = {0};
  bool is_read = path_of_address(remote, url, &path) &&
                 read_file_path(path.bytes, true, &digest) == 0 && digest.len >= 64 &&
                 is_digest(digest.bytes, 64);
  if (is_read) {
    digest.bytes[64] = '\0';
    is_read = read_cached(remote, digest.bytes, out);
  }
  buffer_free(&path);
  buffer_free(&digest);
  return is_read;
}

// A cache that cannot be written is as good as none.
static void write_cache(const Remote *remote, const char *url, const RemoteText *text) {
  if (!remote->cache_folder) return;
  Buffer path = {0};
  make_folders(remote->cache_folder);
  buffer_printf(&path, "%s/%s", remote->cache_folder, text->digest);
  bool is_written = write_file(path.bytes, text->text.bytes, text->text.len) == 0;
  buffer_clear(&path);
  if (is_written && path_of_address(remote, url, &path))
    (void)write_file(path.bytes, text->digest, strlen(text->digest));
  buffer_free(&path);
}

// --- Texts ---------------------------------------------------------------------------------------

void remote_init(Remote *remote, const RemoteOptions *options) {
  *remote = (Remote){.options = *options,
                     .lock_path = strdup(options->lock_path),
                     .cache_folder = find_cache_folder()};
  dlist_init(&remote->fetches);
}

void remote_free(Remote *remote) {
  for (uint32_t i = 0; i < remote->texts.count; i++) {
    RemoteText *text = remote->texts.entries[i].value;
    buffer_free(&text->text);
    buffer_free(&text->problem);
    free(text);
  }
  for (uint32_t i = 0; i < remote->locks.count; i++) free(remote->locks.entries[i].value);
  for (uint32_t i = 0; i < remote->missing.count; i++) free(remote->missing.items[i]);
  vec_free(&remote->missing);
  strmap_free(&remote->texts);
  strmap_free(&remote->locks);
  buffer_free(&remote->lock_problem);
  free(remote->lock_path);
  free(remote->cache_folder);
}

static RemoteText *new_text(Remote *remote, const char *url) {
  RemoteText *text = memory_require(NULL, sizeof(RemoteText));
  *text = (RemoteText){.state = REMOTE_MISSING};
  strmap_set(&remote->texts, url, strlen(url), text);
  return text;
}

static bool is_in_cache(const Remote *remote, const char *url, RemoteText *text) {
  if (!remote->cache_folder || remote->options.is_refreshing) return false;
  const char *lock = find_lock(remote, url);
  return lock ? read_cached(remote, lock, text) : read_last(remote, url, text);
}

static void look_up(Remote *remote, const char *url, RemoteText *text) {
  if (!remote->has_read_lock) read_locks(remote);
  remote->has_read_lock = true;
  if (remote->lock_problem.len > 0) {
    text->state = REMOTE_FAILED;
    buffer_text(&text->problem, remote->lock_problem.bytes);
  } else if (is_in_cache(remote, url, text)) {
    text->state = REMOTE_KNOWN;
    set_lock(remote, url, text->digest);
  } else if (remote->options.is_offline) {
    text->state = REMOTE_FAILED;
    buffer_text(&text->problem, "it is not in the cache, and --offline fetches nothing");
  } else {
    vec_push(&remote->missing, strdup(url));
  }
}

RemoteState remote_find(Remote *remote, const char *url, Buffer *out, Buffer *problem) {
  RemoteText *text = strmap_get(&remote->texts, url, strlen(url));
  if (!text) {
    text = new_text(remote, url);
    look_up(remote, url, text);
  }
  if (text->state == REMOTE_KNOWN) buffer_append(out, text->text.bytes, text->text.len);
  if (text->state == REMOTE_FAILED) buffer_text(problem, text->problem.bytes);
  if (text->state == REMOTE_MISSING) remote->missed++;
  return text->state;
}

void remote_miss(Remote *remote, const char *url) {
  RemoteText *text = strmap_get(&remote->texts, url, strlen(url));
  remote->missed++;
  if (text) return;
  text = new_text(remote, url);
  text->is_believed = true;
  vec_push(&remote->missing, strdup(url));
}

// Refused if the lock file says otherwise.
static bool check_digest(Remote *remote, const char *url, RemoteText *text) {
  if (!digest_sha256(text->text.bytes, text->text.len, text->digest, &text->problem)) return false;
  const char *lock = remote->options.is_refreshing ? NULL : find_lock(remote, url);
  if (!lock || strcmp(lock, text->digest) == 0) return true;
  buffer_printf(&text->problem,
                "what it gives now has the SHA-256 %s, but %s says %s. If the change is meant, "
                "renew the lock file with `wick lock FILE`",
                text->digest, remote->lock_path, lock);
  return false;
}

void remote_add(Remote *remote, const char *url, const char *bytes, size_t len,
                const char *problem) {
  RemoteText *text = strmap_get(&remote->texts, url, strlen(url));
  if (!text) text = new_text(remote, url);
  if (text->state != REMOTE_MISSING) return;
  text->state = REMOTE_FAILED;
  if (!bytes) {
    buffer_text(&text->problem, problem);
    return;
  }
  buffer_append(&text->text, bytes, len);
  buffer_byte(&text->text, '\0');
  text->text.len--;
  if (!text->is_believed && !check_digest(remote, url, text)) return;
  text->state = REMOTE_KNOWN;
  if (text->is_believed) return;
  write_cache(remote, url, text);
  set_lock(remote, url, text->digest);
}

uint32_t remote_count(const Remote *remote) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < remote->texts.count; i++)
    count += ((const RemoteText *)remote->texts.entries[i].value)->state == REMOTE_KNOWN;
  return count;
}
