// SPDX-License-Identifier: MIT
// excerpt.c - showing a place in a file to a person
//
// A diagnostic's places that lie in the same text are shown in one excerpt, in the order of the
// text, each underlined: `^` is what the message is about, `-` is a further place with its
// sentence:
//
//   error[N002]: `jobs` is declared twice
//    --> demo.luma:4:5
//     |
//   2 | let jobs = 1
//     |     ---- first declared here
//   3 |
//   4 | let jobs = 2
//     |     ^^^^
//
// Sentences of several places in one line hang below it, the rightmost first, so that no two
// collide. Everything is laid out in terminal columns, not bytes; what could disturb a terminal or
// hide text (control bytes, direction marks) is shown as '?'.
#include "source/excerpt.h"
#include "base/utf8.h"
#include "base/vec.h"

#include <string.h>

#define EXCERPT_COLUMNS 100 // of source text shown of one line
#define EXCERPT_BEFORE  40  // of them before the place, when the line is cut
#define EXCERPT_TAB     4

typedef enum Tint { TINT_ERROR, TINT_WARNING, TINT_FRAME, TINT_HELP, TINT_STRONG } Tint;

static const char *const TINTS[] = {
    [TINT_ERROR] = "\x1b[1;31m", [TINT_WARNING] = "\x1b[1;33m", [TINT_FRAME] = "\x1b[1;34m",
    [TINT_HELP] = "\x1b[1;36m",  [TINT_STRONG] = "\x1b[1m",
};

// One underlined place. Columns count from 0 and are those of the uncut line until cut_marks.
typedef struct Mark {
  uint32_t line;
  uint32_t from;
  uint32_t to;       // one past the last column, > from
  const char *label; // NULL: none
  bool is_primary;
} Mark;

typedef VEC(Mark) Marks;

// The columns of a line that are shown.
typedef struct Window {
  uint32_t first;
  uint32_t last; // one past
  bool is_cut_left;
  bool is_cut_right;
} Window;

typedef struct View {
  Buffer *out;
  const Source *source;
  bool colour;
  Tint tint;  // of the primary place
  int gutter; // digits of the largest line number shown
} View;

static void begin_tint(const View *view, Tint tint) {
  if (view->colour) buffer_text(view->out, TINTS[tint]);
}

static void end_tint(const View *view) {
  if (view->colour) buffer_text(view->out, "\x1b[0m");
}

// --- one character ---

typedef struct Cell {
  const char *shown;
  size_t shown_len;
  size_t size; // bytes it takes in the source
  uint32_t width;
} Cell;

// Controls, and the marks that make a terminal show text in another order than the compiler reads
// it.
static bool is_disturbing(uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029;
}

static Cell read_cell(const char *bytes, size_t len) {
  Cell cell = {.shown = bytes};
  uint32_t c = utf8_decode(bytes, len, &cell.size);
  bool is_malformed = c == UTF8_REPLACEMENT && cell.size == 1;
  if (c == '\t') {
    cell.shown = "    ";
    cell.shown_len = cell.width = EXCERPT_TAB;
  } else if (is_malformed || is_disturbing(c)) {
    cell.shown = "?";
    cell.shown_len = cell.width = 1;
  } else {
    cell.shown_len = cell.size;
    cell.width = (uint32_t)utf8_width(c);
  }
  return cell;
}

// Messages may quote the program's text, so they are cleaned as the text is. Line ends stay.
static void append_clean(Buffer *out, const char *text) {
  size_t len = strlen(text);
  for (size_t at = 0; at < len;) {
    Cell cell = read_cell(text + at, len - at);
    if (text[at] == '\n') {
      buffer_byte(out, '\n');
    } else {
      buffer_append(out, cell.shown, cell.shown_len);
    }
    at += cell.size;
  }
}

// --- places to marks ---

static uint32_t measure(const char *bytes, size_t len) {
  uint32_t column = 0;
  for (size_t at = 0; at < len;) {
    Cell cell = read_cell(bytes + at, len - at);
    column += cell.width;
    at += cell.size;
  }
  return column;
}

// An empty place, or one that is behind the line's text, still gets one column.
static Mark make_mark(const Source *source, Span span, const char *label, bool is_primary) {
  if (span.start > source->len) span.start = source->len;
  uint32_t line = source_row(source, span.start);
  uint32_t len;
  const char *bytes = source_line(source, line, &len);
  uint32_t line_start = (uint32_t)(bytes - source->text);
  uint32_t line_end = line_start + len;
  uint32_t start = span.start < line_end ? span.start : line_end;
  uint32_t end = span.end < line_end ? span.end : line_end;
  Mark mark = {.line = line, .label = label, .is_primary = is_primary};
  mark.from = measure(bytes, start - line_start);
  mark.to = end > start ? measure(bytes, end - line_start) : mark.from;
  if (mark.to <= mark.from) mark.to = mark.from + 1;
  return mark;
}

static bool is_mark_before(const Mark *a, const Mark *b) {
  return a->line != b->line ? a->line < b->line : a->from < b->from;
}

static void add_mark(Marks *marks, Mark mark) {
  vec_push(marks, mark);
  uint32_t at = marks->count - 1;
  for (; at > 0 && is_mark_before(&mark, &marks->items[at - 1]); at--) {
    marks->items[at] = marks->items[at - 1];
  }
  marks->items[at] = mark;
}

// --- cutting long lines ---

static uint32_t find_focus(const Mark *marks, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    if (marks[i].is_primary) return marks[i].from;
  }
  return count ? marks[0].from : 0;
}

static Window choose_window(uint32_t width, uint32_t focus) {
  Window window = {.last = width};
  if (width <= EXCERPT_COLUMNS) return window;
  window.first = focus > EXCERPT_BEFORE ? focus - EXCERPT_BEFORE : 0;
  if (window.first > width - EXCERPT_COLUMNS) window.first = width - EXCERPT_COLUMNS;
  window.last = window.first + EXCERPT_COLUMNS;
  window.is_cut_left = window.first > 0;
  window.is_cut_right = window.last < width;
  return window;
}

static uint32_t clamp(uint32_t value, uint32_t low, uint32_t high) {
  if (value < low) return low;
  return value < high ? value : high;
}

// Turns columns of the line into columns of what is shown. A place outside points at the "…".
static void cut_marks(Mark *marks, uint32_t count, Window window) {
  uint32_t high = window.last + 1;
  for (uint32_t i = 0; i < count; i++) {
    Mark *mark = &marks[i];
    bool is_left = window.is_cut_left && mark->to <= window.first;
    mark->from = is_left ? 0 : clamp(mark->from, window.first, high - 1);
    mark->to = is_left ? 1 : clamp(mark->to, mark->from + 1, high);
    if (is_left) continue;
    mark->from += window.is_cut_left - window.first;
    mark->to += window.is_cut_left - window.first;
  }
}

// --- rows ---

static void show_gutter(const View *view, uint32_t line) {
  begin_tint(view, TINT_FRAME);
  if (line) {
    buffer_printf(view->out, " %*u |", view->gutter, line);
  } else {
    buffer_printf(view->out, " %*s |", view->gutter, "");
  }
  end_tint(view);
}

// Takes trailing blanks away and ends the row.
static void end_row(Buffer *out) {
  while (out->len > 0 && out->bytes[out->len - 1] == ' ') out->len--;
  buffer_byte(out, '\n');
}

// A wide character or a tab at the window's edge is shown as blanks for the part inside.
static void show_cell(Buffer *out, const Cell *cell, uint32_t column, Window window) {
  uint32_t end = column + cell->width;
  if (column >= window.first && end <= window.last) {
    buffer_append(out, cell->shown, cell->shown_len);
    return;
  }
  uint32_t from = clamp(column, window.first, window.last);
  uint32_t to = clamp(end, window.first, window.last);
  buffer_fill(out, ' ', to - from);
}

static void show_text(const View *view, uint32_t line, Window window) {
  uint32_t len;
  const char *bytes = source_line(view->source, line, &len);
  show_gutter(view, source_line_of_row(view->source, line));
  buffer_byte(view->out, ' ');
  if (window.is_cut_left) buffer_text(view->out, "…");
  uint32_t column = 0;
  for (size_t at = 0; at < len && column < window.last;) {
    Cell cell = read_cell(bytes + at, len - at);
    show_cell(view->out, &cell, column, window);
    column += cell.width;
    at += cell.size;
  }
  if (window.is_cut_right) buffer_text(view->out, "…");
  end_row(view->out);
}

// A row below the text, one byte a column: ' ', '^', '-' or '|'.
typedef struct Row {
  char columns[EXCERPT_COLUMNS + 4];
  uint32_t len;
} Row;

static void paint(Row *row, uint32_t from, uint32_t to, char mark) {
  while (row->len < to) row->columns[row->len++] = ' ';
  memset(row->columns + from, mark, to - from);
}

static void show_row(const View *view, const Row *row) {
  show_gutter(view, 0);
  buffer_byte(view->out, ' ');
  for (uint32_t at = 0; at < row->len;) {
    char mark = row->columns[at];
    uint32_t start = at;
    while (at < row->len && row->columns[at] == mark) at++;
    if (mark != ' ') begin_tint(view, mark == '^' ? view->tint : TINT_FRAME);
    buffer_append(view->out, row->columns + start, at - start);
    if (mark != ' ') end_tint(view);
  }
}

static void show_label(const View *view, const Mark *mark) {
  begin_tint(view, mark->is_primary ? view->tint : TINT_FRAME);
  append_clean(view->out, mark->label);
  end_tint(view);
}

// The mark whose sentence can stand right behind the underlines: the last one that has one, if no
// underline goes on behind it.
static const Mark *find_inline_mark(const Mark *marks, uint32_t count) {
  const Mark *found = NULL;
  uint32_t to = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (marks[i].label && (!found || marks[i].to >= found->to)) found = &marks[i];
    if (marks[i].to > to) to = marks[i].to;
  }
  return found && found->to == to ? found : NULL;
}

static void show_underlines(const View *view, const Mark *marks, uint32_t count,
                            const Mark *inline_mark) {
  Row row = {.len = 0};
  for (uint32_t i = 0; i < count; i++) {
    if (!marks[i].is_primary) paint(&row, marks[i].from, marks[i].to, '-');
  }
  for (uint32_t i = 0; i < count; i++) {
    if (marks[i].is_primary) paint(&row, marks[i].from, marks[i].to, '^');
  }
  show_row(view, &row);
  if (inline_mark) {
    buffer_byte(view->out, ' ');
    show_label(view, inline_mark);
  }
  end_row(view->out);
}

static bool hangs(const Mark *mark, const Mark *inline_mark) {
  return mark->label && mark != inline_mark;
}

// The bars of the sentences that still hang before mark number `count`, up to column `limit`.
static Row make_bars(const Mark *marks, uint32_t count, const Mark *inline_mark, uint32_t limit) {
  Row row = {.len = 0};
  for (uint32_t i = 0; i < count; i++) {
    if (!hangs(&marks[i], inline_mark) || marks[i].from >= limit) continue;
    paint(&row, marks[i].from, marks[i].from + 1, '|');
  }
  return row;
}

static void show_hanging(const View *view, const Mark *marks, uint32_t count,
                         const Mark *inline_mark) {
  bool is_first = true;
  for (uint32_t i = count; i-- > 0;) {
    if (!hangs(&marks[i], inline_mark)) continue;
    if (is_first) {
      Row bars = make_bars(marks, i + 1, inline_mark, UINT32_MAX);
      show_row(view, &bars);
      end_row(view->out);
      is_first = false;
    }
    Row bars = make_bars(marks, i, inline_mark, marks[i].from);
    paint(&bars, marks[i].from, marks[i].from, ' ');
    show_row(view, &bars);
    show_label(view, &marks[i]);
    end_row(view->out);
  }
}

static void show_line(const View *view, Mark *marks, uint32_t count) {
  uint32_t line = marks[0].line;
  uint32_t len;
  const char *bytes = source_line(view->source, line, &len);
  Window window = choose_window(measure(bytes, len), find_focus(marks, count));
  cut_marks(marks, count, window);
  show_text(view, line, window);
  const Mark *inline_mark = find_inline_mark(marks, count);
  show_underlines(view, marks, count, inline_mark);
  show_hanging(view, marks, count, inline_mark);
}

// One line between two shown ones is shown too; more are left out.
static void show_gap(const View *view, uint32_t above, uint32_t below) {
  if (below == above + 2) {
    uint32_t len;
    const char *bytes = source_line(view->source, above + 1, &len);
    show_text(view, above + 1, choose_window(measure(bytes, len), 0));
  } else if (below > above + 2) {
    begin_tint(view, TINT_FRAME);
    buffer_text(view->out, "...");
    end_tint(view);
    buffer_byte(view->out, '\n');
  }
}

static int count_digits(uint32_t number) {
  int count = 1;
  for (; number >= 10; number /= 10) count++;
  return count;
}

static void show_arrow(const View *view, uint32_t offset) {
  Position at = source_position(view->source, offset);
  buffer_fill(view->out, ' ', (size_t)view->gutter + 1);
  begin_tint(view, TINT_FRAME);
  buffer_text(view->out, "--> ");
  end_tint(view);
  append_clean(view->out, source_path(view->source, offset));
  buffer_printf(view->out, ":%u:%u\n", at.line, at.column);
}

// Arrow line, an empty row, and the lines with their marks. Sets view->gutter.
static void show_marks(View *view, uint32_t offset, Marks *marks) {
  view->gutter = count_digits(vec_last(marks).line);
  show_arrow(view, offset);
  show_gutter(view, 0);
  buffer_byte(view->out, '\n');
  for (uint32_t i = 0; i < marks->count;) {
    uint32_t line = marks->items[i].line;
    uint32_t count = 1;
    while (i + count < marks->count && marks->items[i + count].line == line) count++;
    if (i > 0) show_gap(view, marks->items[i - 1].line, line);
    show_line(view, &marks->items[i], count);
    i += count;
  }
}

void excerpt_show(Buffer *out, const Source *source, Span span, bool colour) {
  View view = {.out = out, .source = source, .colour = colour, .tint = TINT_ERROR};
  Marks marks = {0};
  add_mark(&marks, make_mark(source, span, NULL, true));
  show_marks(&view, span.start, &marks);
  vec_free(&marks);
}

// --- diagnostics ---

static bool has_place(const DiagNote *note) {
  return note->span.start || note->span.end;
}

static void show_heading(const View *view, const Diag *diag) {
  begin_tint(view, view->tint);
  buffer_printf(view->out, "%s[%s]", diag->severity == SEVERITY_ERROR ? "error" : "warning",
                diag_code(diag->code));
  end_tint(view);
  begin_tint(view, TINT_STRONG);
  buffer_text(view->out, ": ");
  append_clean(view->out, diag->message);
  end_tint(view);
  buffer_byte(view->out, '\n');
}

static void show_note(const View *view, const DiagNote *note) {
  buffer_fill(view->out, ' ', (size_t)view->gutter + 2);
  begin_tint(view, TINT_FRAME);
  buffer_text(view->out, "= ");
  end_tint(view);
  begin_tint(view, note->is_help ? TINT_HELP : TINT_STRONG);
  buffer_text(view->out, note->is_help ? "help" : "note");
  end_tint(view);
  buffer_text(view->out, ": ");
  append_clean(view->out, note->text);
  buffer_byte(view->out, '\n');
}

void excerpt_diag(Buffer *out, const Source *source, const Diag *diag, bool colour) {
  Tint tint = diag->severity == SEVERITY_ERROR ? TINT_ERROR : TINT_WARNING;
  View view = {.out = out, .source = source, .colour = colour, .tint = tint};
  Marks marks = {0};
  add_mark(&marks, make_mark(source, diag->span, NULL, true));
  for (const DiagNote *note = diag->notes; note; note = note->next) {
    if (has_place(note)) add_mark(&marks, make_mark(source, note->span, note->text, false));
  }
  show_heading(&view, diag);
  show_marks(&view, diag->span.start, &marks);
  for (const DiagNote *note = diag->notes; note; note = note->next) {
    if (!has_place(note)) show_note(&view, note);
  }
  vec_free(&marks);
}

static void append_count(Buffer *out, uint32_t count, const char *noun) {
  buffer_printf(out, "%u %s%s", count, noun, count == 1 ? "" : "s");
}

// "2 errors, 1 warning", and how many of them stand above when there were too many.
static void show_counts(Buffer *out, const Diags *diags) {
  uint32_t total = diags->error_count + diags->warning_count;
  if (total < 2) return;
  buffer_byte(out, '\n');
  if (diags->error_count) append_count(out, diags->error_count, "error");
  if (diags->error_count && diags->warning_count) buffer_text(out, ", ");
  if (diags->warning_count) append_count(out, diags->warning_count, "warning");
  if (total > diags->count) buffer_printf(out, " (the first %u are shown)", diags->count);
  buffer_byte(out, '\n');
}

void excerpt_diags(Buffer *out, Diags *diags, bool colour) {
  diag_sort(diags);
  for (uint32_t i = 0; i < diags->count; i++) {
    if (i > 0) buffer_byte(out, '\n');
    excerpt_diag(out, diags->source, diags->items[i], colour);
  }
  show_counts(out, diags);
}
