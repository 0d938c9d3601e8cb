// SPDX-License-Identifier: MIT
// form.c - the form in a request's body: fields and uploaded files
//
// An upload is a table {name, field, type, size} with the body of its request and its place in it:
// files are copied when they are asked for, and not before.
#include "lib/form.h"

#include "io/url.h"
#include "lib/answer.h"
#include "lib/multipart.h"

#include <string.h>
#include <strings.h>

typedef struct Form {
  VM *vm;
  const FormLimits *limits;
  const TypeValue *upload_type;
  Str *body;
  Table *table, *fields;
  List *files;
  uint32_t count;
} Form;

static bool count_part(Form *form, size_t len) {
  if (++form->count > form->limits->parts) {
    return vm_raise(form->vm, "TooLarge", "the form has more than %u parts", form->limits->parts);
  }
  if (len <= form->limits->part_bytes) return true;
  return vm_raise(form->vm, "TooLarge", "a part of the form is larger than %zu bytes",
                  form->limits->part_bytes);
}

// The first of its name.
static bool add_field(Form *form, const Buffer *name, const char *bytes, size_t len) {
  VM *vm = form->vm;
  Str *key = vm_str(vm, name->bytes ? name->bytes : "", name->len);
  if (!key) return false;
  if (!value_is_absent(table_get_str(form->fields, key))) return true;
  vm_push_root(vm, value_object(key));
  Str *text = vm_str(vm, len > 0 ? bytes : "", len);
  bool ok = text && (table_set(vm_heap(vm), form->fields, value_object(key), value_object(text)) ||
                     vm_raise_memory(vm));
  vm_pop_roots(vm, 1);
  return ok;
}

static bool read_pairs(Form *form) {
  Buffer name = {0};
  Buffer value = {0};
  size_t position = 0;
  UrlPart text = {form->body->bytes, form->body->len};
  bool ok = true;
  while (ok && url_next_pair(text, &position, &name, &value)) {
    ok = count_part(form, value.len) && add_field(form, &name, value.bytes, value.len);
  }
  buffer_free(&name);
  buffer_free(&value);
  return ok;
}

// What stands behind the last slash of either kind; a name that leads nowhere else. Some browsers
// once sent whole paths, and others may send what they like.
static void take_base_name(const Buffer *sent, const char **name, size_t *len) {
  const char *bytes = sent->bytes ? sent->bytes : "";
  size_t from = sent->len;
  while (from > 0 && bytes[from - 1] != '/' && bytes[from - 1] != '\\') from--;
  *name = bytes + from;
  *len = sent->len - from;
  bool is_dots = *len <= 2 && strspn(*name, ".") >= *len;
  if (*len == 0 || is_dots) {
    *name = "file";
    *len = 4;
  }
}

static bool fill_upload(Form *form, Table *upload, const MultipartPart *part) {
  VM *vm = form->vm;
  const char *name;
  size_t name_len;
  take_base_name(&part->file_name, &name, &name_len);
  const char *type = part->type.len > 0 ? part->type.bytes : "application/octet-stream";
  size_t type_len = part->type.len > 0 ? part->type.len : strlen(type);
  if (form->upload_type) upload->type = value_object(form->upload_type);
  heap_touch(vm_heap(vm), (Obj *)upload);
  return answer_set_text(vm, upload, "name", name, name_len) &&
         answer_set_text(vm, upload, "field", part->name.bytes, part->name.len) &&
         answer_set_text(vm, upload, "type", type, type_len) &&
         vm_set_field(vm, upload, "size",
                      form->upload_type ? value_int((int64_t)part->len)
                                        : value_double((double)part->len)) &&
         vm_set_field(vm, upload, "__body", value_object(form->body)) &&
         vm_set_field(vm, upload, "__from", value_int((int64_t)part->from)) &&
         vm_set_field(vm, upload, "__len", value_int((int64_t)part->len));
}

static bool add_file(Form *form, const MultipartPart *part) {
  VM *vm = form->vm;
  Table *upload = vm_table(vm);
  if (!upload) return false;
  vm_push_root(vm, value_object(upload));
  bool ok = fill_upload(form, upload, part);
  if (ok && !form->upload_type) {
    ok = answer_set_text(vm, upload, "content", form->body->bytes + part->from, part->len);
  }
  ok = ok && answer_push(vm, form->files, value_object(upload));
  vm_pop_roots(vm, 1);
  return ok;
}

// A file field that the user left empty comes as a file without a name and content.
static bool add_part(Form *form, const MultipartPart *part) {
  if (!count_part(form, part->len)) return false;
  if (!part->is_file) {
    return add_field(form, &part->name, form->body->bytes + part->from, part->len);
  }
  bool is_nothing = part->file_name.len == 0 && part->len == 0;
  return is_nothing || add_file(form, part);
}

static bool read_parts(Form *form, const char *content_type) {
  Multipart multipart;
  MultipartPart part = {0};
  const char *problem = "its type has no boundary";
  MultipartStatus status = MULTIPART_MALFORMED;
  bool ok = true;
  if (multipart_init(&multipart, content_type, form->body->bytes, form->body->len)) {
    while (ok && (status = multipart_next(&multipart, &part, &problem)) == MULTIPART_PART) {
      ok = add_part(form, &part);
    }
  }
  multipart_free_part(&part);
  if (ok && status == MULTIPART_MALFORMED) {
    ok = vm_raise(form->vm, "BadRequest", "the multipart body is malformed: %s", problem);
  }
  return ok;
}

static bool is_pairs(const char *type) {
  static const char name[] = "application/x-www-form-urlencoded";
  return strncasecmp(type, name, sizeof(name) - 1) == 0;
}

static bool read_form(Form *form, const char *content_type) {
  if (multipart_is_type(content_type)) return read_parts(form, content_type);
  return !is_pairs(content_type) || read_pairs(form);
}

static bool make_tables(Form *form) {
  VM *vm = form->vm;
  form->fields = vm_table(vm);
  if (!form->fields || !vm_set_field(vm, form->table, "fields", value_object(form->fields))) {
    return false;
  }
  form->files = vm_list(vm, 0);
  return form->files && vm_set_field(vm, form->table, "files", value_object(form->files));
}

Table *form_read(VM *vm, const Table *request, const FormLimits *limits,
                 const TypeValue *upload_type) {
  Value headers = vm_get_field(vm, request, "headers");
  Value body = vm_get_field(vm, request, "body");
  Value type = value_is_table(headers) ? vm_get_field(vm, value_as_table(headers), "content-type")
                                       : VALUE_ABSENT;
  Form form = {.vm = vm, .limits = limits, .upload_type = upload_type, .table = vm_table(vm)};
  if (!form.table) return NULL;
  vm_push_root(vm, value_object(form.table));
  bool ok = make_tables(&form);
  if (ok && value_is_str(type) && value_is_str(body)) {
    form.body = value_as_str(body);
    ok = read_form(&form, value_as_str(type)->bytes);
  }
  vm_pop_roots(vm, 1);
  return ok ? form.table : NULL;
}

bool form_content(VM *vm, const Table *upload, const char **bytes, size_t *len) {
  Value body = vm_get_field(vm, upload, "__body");
  Value from = vm_get_field(vm, upload, "__from");
  Value size = vm_get_field(vm, upload, "__len");
  if (!value_is_str(body) || !value_is_int(from) || !value_is_int(size)) return false;
  size_t start = (size_t)value_as_int(from);
  *len = (size_t)value_as_int(size);
  if (start > value_as_str(body)->len || *len > value_as_str(body)->len - start) return false;
  *bytes = value_as_str(body)->bytes + start;
  return true;
}
