// SPDX-License-Identifier: MIT
// remote.h - modules from https:// addresses: what is known of them, the cache, the lock file
//
// A module from the net is the same at every run: the file wick.lock beside the main program says
// the SHA-256 of what each address gave the first time, and anything else is refused. Texts are
// kept in $XDG_CACHE_HOME/wick (or ~/.cache/wick): each under its own SHA-256, which is checked
// when it is read, and for each address the SHA-256 that it gave last. Files are written under
// another name and then renamed, so that nobody ever sees half of one.
//
// Nothing is fetched here: an address whose text is not known is put into the list `missing`, and
// whoever can wait fetches it and hands it in.
#ifndef REMOTE_H
#define REMOTE_H

#include "base/buffer.h"
#include "base/dlist.h"
#include "base/strmap.h"
#include "base/vec.h"

typedef struct RemoteOptions {
  const char *lock_path; // of wick.lock
  bool is_offline;       // only what is in the cache
  bool is_refreshing;    // neither cache nor lock file are asked: everything is fetched anew
} RemoteOptions;

typedef struct RemoteText RemoteText;

typedef struct Remote {
  RemoteOptions options;
  char *lock_path;
  char *cache_folder; // NULL: there is none
  StrMap texts;       // RemoteText by address
  StrMap locks;       // SHA-256 by address
  VEC(char *) missing;
  DLink fetches;   // under way: remote_fetch.c's
  uint32_t missed; // how often MISSING was the answer; whoever asks in a row sets it to 0 first
  bool has_read_lock;
  bool has_new_locks;
  Buffer lock_problem; // the lock file cannot be read, or is damaged
} Remote;

void remote_init(Remote *remote, const RemoteOptions *options);
void remote_free(Remote *remote);

typedef enum RemoteState { REMOTE_KNOWN, REMOTE_MISSING, REMOTE_FAILED } RemoteState;

// KNOWN: the module's text is added to `text`. FAILED: `problem` says why. MISSING: it is in
// `missing` now, unless it is being fetched already.
RemoteState remote_find(Remote *remote, const char *url, Buffer *text, Buffer *problem) MUST_USE;
// A replay: the recorded run has missed it. What fetching it gives is believed: neither cache nor lock
// file are asked or written.
void remote_miss(Remote *remote, const char *url);
// What fetching a missing address gave: its text, or (`text` NULL) why there is none.
void remote_add(Remote *remote, const char *url, const char *text, size_t len,
                const char *problem);
// Writes what is new into the lock file. False: `problem` says why that failed.
bool remote_save_locks(Remote *remote, Buffer *problem) MUST_USE;
uint32_t remote_count(const Remote *remote); // addresses whose text is known

// Whether `path` is an address: http:// or https://.
bool remote_is_address(const char *path);
// The address as it is known; false: `problem` says why it is refused. `base` NULL: `path` is one
// itself, else it is relative to that. `ending` is added to a relative path that has none.
bool remote_resolve(Buffer *out, const char *base, const char *path, const char *ending,
                    Buffer *problem) MUST_USE;

#endif
