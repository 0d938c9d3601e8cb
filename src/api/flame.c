// SPDX-License-Identifier: MIT
// flame.c - a profile as a picture: a flame graph in SVG
#include "api/flame.h"

#include "api/profile_text.h"
#include "base/hash.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define WIDTH      1200.0
#define ROW        18
#define MARGIN     10
#define HEAD       64
#define CHAR_WIDTH 6.6 // of the font below, about
#define MIN_WIDTH  0.2 // narrower boxes are not drawn, nor what is in them

static const char style[] =
    "<style>\n"
    "text { font: 12px ui-monospace, Menlo, Consolas, monospace; fill: #1f2328; pointer-events: none }\n"
    ".head { font: 600 16px system-ui, sans-serif } .dim { font: 12px system-ui, sans-serif; fill: #57606a }\n"
    ".act { fill: #0969da; cursor: pointer; pointer-events: auto } .page { fill: #ffffff }\n"
    "g.f rect { stroke: #ffffff; stroke-width: 0.5; cursor: pointer } g.f:hover rect { stroke: #1f2328; stroke-width: 1 }\n"
    "g.under rect { opacity: 0.45 } g.found rect { fill: #bf3989 } g.found text { fill: #ffffff }\n"
    "</style>\n";

// Boxes keep their place and width in data-x and data-w, in thousandths of the whole.
static const char script[] =
    "<script><![CDATA[\n"
    "const boxes = [...document.querySelectorAll('g.f')].map(g => ({ g, x: +g.dataset.x, w: +g.dataset.w, row: +g.dataset.row,\n"
    "  rect: g.querySelector('rect'), text: g.querySelector('text'), name: g.dataset.name }));\n"
    "const info = document.getElementById('info'), back = document.getElementById('back');\n"
    "function show(focus) {\n"
    "  for (const b of boxes) {\n"
    "    const isUnder = focus && b.row < focus.row && b.x <= focus.x + 1e-3 && b.x + b.w >= focus.x + focus.w - 1e-3;\n"
    "    const isIn = !focus || (b.row >= focus.row && b.x >= focus.x - 1e-3 && b.x + b.w <= focus.x + focus.w + 1e-3);\n"
    "    b.g.style.display = isUnder || isIn ? '' : 'none';\n"
    "    b.g.classList.toggle('under', !!isUnder);\n"
    "    const x = isUnder ? 0 : focus ? (b.x - focus.x) / focus.w : b.x / 1000;\n"
    "    const w = isUnder ? 1 : focus ? b.w / focus.w : b.w / 1000;\n"
    "    const left = 10 + x * 1180, width = w * 1180, room = Math.floor((width - 6) / 6.6);\n"
    "    b.rect.setAttribute('x', left); b.rect.setAttribute('width', width);\n"
    "    b.text.setAttribute('x', left + 3);\n"
    "    b.text.textContent = room < 3 ? '' : b.name.length <= room ? b.name : b.name.slice(0, room - 1) + '\\u2026';\n"
    "  }\n"
    "  back.style.display = focus ? '' : 'none';\n"
    "}\n"
    "for (const b of boxes) {\n"
    "  b.g.onclick = () => show(b);\n"
    "  b.g.onmouseenter = () => { info.textContent = b.g.querySelector('title').textContent; };\n"
    "}\n"
    "back.onclick = () => show(null);\n"
    "document.getElementById('find').onclick = () => {\n"
    "  const text = prompt('Mark what contains');\n"
    "  for (const b of boxes) b.g.classList.toggle('found', !!text && b.name.includes(text));\n"
    "};\n"
    "show(null);\n"
    "]]></script>\n";

typedef struct Flame {
  VM *vm;
  const Profile *profile;
  const uint64_t *totals;
  uint64_t all_ns;
  uint32_t height; // of the picture
  Buffer *out;
  Buffer name; // of the box that is drawn
} Flame;

static void print_escaped(Buffer *out, const char *bytes, size_t len) {
  for (size_t i = 0; i < len; i++) {
    switch (bytes[i]) {
    case '<': buffer_text(out, "&lt;"); break;
    case '>': buffer_text(out, "&gt;"); break;
    case '&': buffer_text(out, "&amp;"); break;
    case '"': buffer_text(out, "&quot;"); break;
    default: buffer_byte(out, bytes[i]);
    }
  }
}

// Functions are of warm colours, a function always of the same; what is not the program's own is cool.
static void print_colour(const Flame *flame, const ProfileNode *node) {
  uint32_t hash = (uint32_t)hash_bytes(flame->name.bytes, strcspn(flame->name.bytes, " "), 0);
  switch (node->kind) {
  case PROFILE_FUNCTION:
    buffer_printf(flame->out, "hsl(%u,85%%,%u%%)", 18 + hash % 32, 62 + hash / 32 % 12);
    return;
  case PROFILE_NATIVE:
    buffer_printf(flame->out, "hsl(%u,50%%,%u%%)", 195 + hash % 25, 70 + hash / 32 % 8);
    return;
  case PROFILE_COLLECTOR:
  case PROFILE_LOOP: buffer_text(flame->out, "hsl(280,25%,76%)"); return;
  default: buffer_text(flame->out, "hsl(60,12%,82%)"); return;
  }
}

// `x` and `w` in parts of the whole.
static void print_box(Flame *flame, uint32_t index, uint32_t row, double x, double w) {
  const ProfileNode *node = &flame->profile->nodes.items[index];
  Buffer *out = flame->out;
  double left = MARGIN + x * (WIDTH - 2 * MARGIN), width = w * (WIDTH - 2 * MARGIN);
  uint32_t top = flame->height - MARGIN - (row + 1) * ROW;
  size_t room = width > 6 + 3 * CHAR_WIDTH ? (size_t)((width - 6) / CHAR_WIDTH) : 0;
  flame->name.len = 0;
  profile_text_frame(flame->vm, node, &flame->name);
  buffer_printf(out, "<g class=\"f\" data-x=\"%.4f\" data-w=\"%.4f\" data-row=\"%u\" data-name=\"", x * 1000,
                w * 1000, row);
  print_escaped(out, flame->name.bytes, flame->name.len);
  buffer_text(out, "\"><title>");
  print_escaped(out, flame->name.bytes, flame->name.len);
  buffer_printf(out, "  %.1f ms, %.1f %%</title><rect x=\"%.2f\" y=\"%u\" width=\"%.2f\" height=\"%d\" rx=\"2\" fill=\"",
                (double)flame->totals[index] / 1e6, w * 100, left, top, width, ROW - 1);
  print_colour(flame, node);
  buffer_printf(out, "\"/><text x=\"%.2f\" y=\"%u\">", left + 3, top + 13);
  print_escaped(out, flame->name.bytes, utf8_offset(flame->name.bytes, flame->name.len, room));
  buffer_text(out, "</text></g>\n");
}

// A box that waits to be drawn.
typedef struct Box {
  uint32_t index;
  uint32_t row;
  double x;
} Box;
typedef VEC(Box) BoxVec;

// Left to right from the widest to the narrowest.
static void push_children(const Flame *flame, Box parent, BoxVec *boxes) {
  const ProfileNode *nodes = flame->profile->nodes.items;
  uint32_t first = boxes->count;
  for (uint32_t i = nodes[parent.index].children; i; i = nodes[i].next) {
    vec_push(boxes, ((Box){i, parent.row + 1, 0}));
    uint32_t at = boxes->count - 1;
    for (; at > first && flame->totals[boxes->items[at - 1].index] < flame->totals[i]; at--) {
      Box other = boxes->items[at - 1];
      boxes->items[at - 1] = boxes->items[at];
      boxes->items[at] = other;
    }
  }
  double x = parent.x;
  for (uint32_t i = first; i < boxes->count; i++) {
    boxes->items[i].x = x;
    x += (double)flame->totals[boxes->items[i].index] / (double)flame->all_ns;
  }
}

// Draws all boxes, or only finds how many rows there are.
static uint32_t walk(Flame *flame, bool is_drawing) {
  BoxVec boxes = {0};
  uint32_t rows = 0;
  vec_push(&boxes, ((Box){0}));
  while (boxes.count > 0) {
    Box box = vec_pop(&boxes);
    double w = (double)flame->totals[box.index] / (double)flame->all_ns;
    if (w * WIDTH < MIN_WIDTH) continue;
    if (box.row >= rows) rows = box.row + 1;
    if (is_drawing) print_box(flame, box.index, box.row, box.x, w);
    push_children(flame, box, &boxes);
  }
  vec_free(&boxes);
  return rows;
}

static void print_head(const Flame *flame, const char *title) {
  Buffer *out = flame->out;
  buffer_printf(out,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%u\" viewBox=\"0 0 %.0f %u\">\n%s"
                "<rect class=\"page\" width=\"100%%\" height=\"100%%\"/>\n<text class=\"head\" x=\"%d\" y=\"24\">",
                WIDTH, flame->height, WIDTH, flame->height, style, MARGIN);
  print_escaped(out, title, strlen(title));
  buffer_printf(out,
                "</text>\n<text class=\"dim\" id=\"info\" x=\"%d\" y=\"44\">%.2f s of processor time in %.2f s, %llu samples. "
                "Click a box to enlarge it.</text>\n",
                MARGIN, (double)flame->all_ns / 1e9, (double)flame->profile->elapsed_ns / 1e9, (unsigned long long)flame->profile->sample_count);
  buffer_printf(out,
                "<text class=\"dim act\" id=\"back\" x=\"%.0f\" y=\"24\" text-anchor=\"end\" style=\"display:none\">all of it</text>\n"
                "<text class=\"dim act\" id=\"find\" x=\"%.0f\" y=\"24\" text-anchor=\"end\">search</text>\n",
                WIDTH - 80, WIDTH - MARGIN);
}

void flame_print(VM *vm, const Profile *profile, const char *title, Buffer *out) {
  uint64_t *totals = profile_text_totals(profile);
  Flame flame = {.vm = vm, .profile = profile, .totals = totals, .out = out};
  flame.all_ns = totals[0] ? totals[0] : 1;
  flame.height = HEAD + walk(&flame, false) * ROW + MARGIN;
  print_head(&flame, title);
  walk(&flame, true);
  buffer_printf(out, "%s</svg>\n", script);
  buffer_free(&flame.name);
  free(totals);
}
