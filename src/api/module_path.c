// SPDX-License-Identifier: MIT
// module_path.c - which file an import means
#include "api/module_path.h"

#include "base/vec.h"
#include "source/diag.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NAMES_MAX 512 // entries of a folder that a suggestion is chosen from

// --- Paths as text -------------------------------------------------------------------------------

void module_path_folder(Buffer *out, const char *path) {
  const char *slash = strrchr(path, '/');
  if (!slash)
    buffer_byte(out, '.');
  else
    buffer_append(out, path, slash == path ? 1 : (size_t)(slash - path));
}

// Takes the last part off, unless it is itself "..".
static bool drop_last(Buffer *out) {
  size_t at = out->len;
  while (at > 0 && out->bytes[at - 1] != '/') at--;
  bool is_up = out->len - at == 2 && memcmp(out->bytes + at, "..", 2) == 0;
  if (out->len == at || is_up) return false;
  out->len = at > 1 ? at - 1 : at;
  out->bytes[out->len] = '\0';
  return true;
}

static void add_part(Buffer *out, const char *part, size_t len) {
  bool is_dot = len == 1 && part[0] == '.';
  bool is_up = len == 2 && memcmp(part, "..", 2) == 0;
  if (len == 0 || is_dot || (is_up && drop_last(out))) return;
  if (out->len > 0 && out->bytes[out->len - 1] != '/') buffer_byte(out, '/');
  buffer_append(out, part, len);
}

static void add_parts(Buffer *out, const char *path) {
  while (*path) {
    size_t len = strcspn(path, "/");
    add_part(out, path, len);
    path += len;
    while (*path == '/') path++;
  }
}

void module_path_join(Buffer *out, const char *folder, const char *path) {
  buffer_clear(out);
  const char *first = path[0] == '/' ? path : folder;
  if (first[0] == '/') buffer_byte(out, '/');
  add_parts(out, first);
  if (first != path) add_parts(out, path);
  if (out->len == 0) buffer_byte(out, '.');
}

void module_path_free(ModulePlace *place) {
  buffer_free(&place->key);
  buffer_free(&place->shown);
}

// --- Looking at one place ------------------------------------------------------------------------

typedef struct Finder {
  const ModuleSearch *search;
  ModulePlace *out;
  Buffer *tried;
  Buffer path; // scratch: really
  Buffer shown;
} Finder;

typedef enum What { NOTHING, A_FOLDER, A_FILE } What;

static What look_at(const char *path) {
  struct stat about;
  if (stat(path, &about) != 0) return NOTHING;
  return S_ISDIR(about.st_mode) ? A_FOLDER : A_FILE;
}

static void append_plain(Buffer *out, const char *folder, const char *name, const char *ending) {
  buffer_clear(out);
  if (name[0] != '/') {
    buffer_text(out, folder);
    buffer_byte(out, '/');
  }
  buffer_text(out, name);
  buffer_text(out, ending);
}

// What is at folder/name+ending; both names of it are then in the scratch buffers.
static What look(Finder *f, ModuleFolder folder, const char *name, const char *ending) {
  append_plain(&f->path, folder.path, name, ending);
  What what = look_at(f->path.bytes);
  Buffer text = {0};
  buffer_printf(&text, "%s%s", name, ending);
  module_path_join(&f->shown, folder.shown, text.bytes);
  buffer_free(&text);
  if (what != A_FILE && what != A_FOLDER) buffer_printf(f->tried, "%s\n", f->shown.bytes);
  return what;
}

static bool take(Finder *f) {
  char real[PATH_MAX];
  if (!realpath(f->path.bytes, real)) return false;
  buffer_text(&f->out->key, real);
  buffer_text(&f->out->shown, f->shown.bytes);
  return true;
}

static bool take_file(Finder *f, ModuleFolder folder, const char *name, const char *ending) {
  return look(f, folder, name, ending) == A_FILE && take(f);
}

// A folder means the main file in it, its own language's first.
static bool take_folder(Finder *f, ModuleFolder folder, const char *name) {
  append_plain(&f->path, folder.path, name, "");
  if (look_at(f->path.bytes) != A_FOLDER) return false;
  bool is_luma = f->search->dialect == DIALECT_LUMA;
  return take_file(f, folder, name, is_luma ? "/main.luma" : "/main.vint") ||
         take_file(f, folder, name, is_luma ? "/main.vint" : "/main.luma");
}

static bool has_ending(const char *name) {
  const char *dot = strrchr(name, '.');
  return dot && (strcasecmp(dot, ".luma") == 0 || strcasecmp(dot, ".vint") == 0);
}

// --- The two ways of searching -------------------------------------------------------------------

static bool find_luma(Finder *f, const char *name) {
  ModuleFolder folder = f->search->importer;
  if (take_file(f, folder, name, "")) return true;
  if (take_folder(f, folder, name)) return true;
  if (has_ending(name)) return false;
  return take_file(f, folder, name, ".luma") || take_file(f, folder, name, ".vint");
}

static bool is_relative(const char *name) {
  return strncmp(name, "./", 2) == 0 || strncmp(name, "../", 3) == 0 || strcmp(name, ".") == 0 ||
         strcmp(name, "..") == 0;
}

#define FOLDERS_MAX 4

// In order, without those that were listed already and a `modules` that is not there.
static uint32_t list_folders(const ModuleSearch *search, const char *name,
                             ModuleFolder out[FOLDERS_MAX]) {
  if (search->dialect == DIALECT_LUMA || is_relative(name) || name[0] == '/') {
    out[0] = search->importer;
    return 1;
  }
  ModuleFolder all[FOLDERS_MAX] = {
      search->main, {".", "."}, {"./modules", "modules"}, search->importer};
  uint32_t count = 0;
  for (uint32_t i = 0; i < FOLDERS_MAX; i++) {
    bool is_known = look_at(all[i].path) != A_FOLDER;
    for (uint32_t k = 0; k < count; k++) {
      if (strcmp(out[k].shown, all[i].shown) == 0) is_known = true;
    }
    if (!is_known) out[count++] = all[i];
  }
  return count;
}

static bool find_vint(Finder *f, const char *name) {
  static const char *const ENDINGS[] = {".vint", ".VINT", ".Vint", ".luma"};
  ModuleFolder folders[FOLDERS_MAX];
  uint32_t count = list_folders(f->search, name, folders);
  for (uint32_t i = 0; i < count && !f->search->is_bare; i++) {
    if (take_file(f, folders[i], name, "")) return true;
  }
  for (uint32_t e = 0; e < ARRAY_LEN(ENDINGS) && !has_ending(name); e++) {
    for (uint32_t i = 0; i < count; i++) {
      if (take_file(f, folders[i], name, ENDINGS[e])) return true;
    }
  }
  for (uint32_t i = 0; i < count; i++) {
    if (take_folder(f, folders[i], name)) return true;
  }
  return false;
}

bool module_path_find(const ModuleSearch *search, const char *path, ModulePlace *out,
                      Buffer *tried) {
  Finder finder = {.search = search, .out = out, .tried = tried};
  bool is_luma = search->dialect == DIALECT_LUMA;
  bool is_found = is_luma ? find_luma(&finder, path) : find_vint(&finder, path);
  buffer_free(&finder.path);
  buffer_free(&finder.shown);
  return is_found;
}

// --- What was meant ------------------------------------------------------------------------------

// "shapes.luma" is imported as "shapes" as well; folders by their name.
static const char *importable_name(Arena *arena, const struct dirent *entry) {
  const char *name = entry->d_name;
  if (name[0] == '.') return NULL;
  if (entry->d_type == DT_DIR) return arena_text(arena, name, strlen(name));
  if (!has_ending(name)) return NULL;
  return arena_text(arena, name, (size_t)(strrchr(name, '.') - name));
}

typedef VEC(const char *) NameVec;

static void list_names(const char *folder, Arena *arena, NameVec *names) {
  DIR *dir = opendir(folder);
  if (!dir) return;
  const struct dirent *entry;
  for (uint32_t i = 0; i < NAMES_MAX && (entry = readdir(dir)) != NULL; i++) {
    const char *name = importable_name(arena, entry);
    if (name) vec_push(names, name);
  }
  closedir(dir);
}

uint32_t module_path_suggest(const ModuleSearch *search, const char *path, Arena *arena,
                             const char *out[3]) {
  const char *slash = strrchr(path, '/');
  size_t prefix = slash ? (size_t)(slash - path) + 1 : 0;
  const char *last = path + prefix;
  size_t len = has_ending(last) ? (size_t)(strrchr(last, '.') - last) : strlen(last);
  const char *inner = arena_text(arena, path, prefix);
  NameVec names = {0};
  ModuleFolder folders[FOLDERS_MAX];
  uint32_t count = list_folders(search, path, folders);
  Buffer folder = {0};
  for (uint32_t i = 0; i < count; i++) {
    append_plain(&folder, folders[i].path, inner, "");
    list_names(folder.bytes, arena, &names);
  }
  buffer_free(&folder);
  uint32_t found = diag_suggest(arena_text(arena, last, len), names.items, names.count, out);
  for (uint32_t i = 0; i < found; i++) out[i] = arena_printf(arena, "%s%s", inner, out[i]);
  vec_free(&names);
  return found;
}
