// SPDX-License-Identifier: MIT
// sched_driver.c - the natives between the Vint function, the real scheduler and the model
#include "sched_driver.h"

#include "api/pipeline.h"

// Nothing it does is seen by the checker or the compiler but calls, so it is the same fiber
// whatever the natives do. `clean` runs when an actor ends by itself, by an error and when it is
// cancelled.
static const char program[] = "let clean = func(id) {\n"
                              "    while (true) {\n"
                              "        try {\n"
                              "            cleanup(id)\n"
                              "            return null\n"
                              "        } catch (e) { failed(id, e) }\n"
                              "    }\n"
                              "}\n"
                              "let actor = func(v = null) {\n"
                              "    let id = begin(v)\n"
                              "    defer clean(id)\n"
                              "    while (true) {\n"
                              "        try {\n"
                              "            if (!step(id)) { return result(id) }\n"
                              "        } catch (e) {\n"
                              "            if (failed(id, e)) { throw e }\n"
                              "        }\n"
                              "    }\n"
                              "}\n"
                              "start(actor)\n";

static Driver *driver; // the one that plays: natives have no other way to it

// --- Dice ----------------------------------------------------------------------------------------

uint32_t driver_roll(Driver *d, uint32_t bound) {
  Dice *dice = &d->dice;
  if (!dice->bytes) return (uint32_t)rng_below(&dice->rng, bound);
  if (dice->left == 0 || bound <= 1) return 0;
  dice->left--;
  uint32_t rolled = *dice->bytes++;
  if (bound > 256 && dice->left > 0) {
    dice->left--;
    rolled = rolled << 8 | *dice->bytes++;
  }
  return rolled % bound;
}

bool driver_is_over(const Driver *d) {
  return d->is_wrong || d->operations >= d->plan.operations || (d->dice.bytes && d->dice.left == 0);
}

void driver_agree(Driver *d, bool is_right, const char *what) {
  if (is_right) return;
  if (d->is_wrong++ < 5) {
    fprintf(stderr, "after %llu operations, deed %u: %s\n", (unsigned long long)d->operations,
            d->deed, what);
  }
}

// --- Who runs ------------------------------------------------------------------------------------

static Actor *actor_at(uint32_t id) {
  return &driver->model.actors.items[id];
}

static uint32_t id_of(const NativeCall *call) {
  return (uint32_t)value_as_int(native_arg(call, 0));
}

// The actor goes on after a wait.
static void go_on(uint32_t id) {
  driver_agree(driver, model_next(&driver->model) == id, "another fiber should have gone on");
  int64_t now = clock_now_ns(sched_clock(driver->machine->sched));
  driver_agree(driver, now == driver->model.now_ns, "the time");
}

static void go_on_with(uint32_t id, Value answer) {
  go_on(id);
  const Actor *actor = actor_at(id);
  bool is_answer = !actor->is_struck && actor->outcome.kind != THING_ERROR &&
                   driver_is_thing(&driver->model, driver->vm, answer, actor->outcome);
  driver_agree(driver, is_answer, "what a wait yielded");
}

static NativeStatus status_of(WaitResult result, NativeCall *call, Value value) {
  if (result == WAIT_PARKED) return NATIVE_PARKED;
  return result == WAIT_FAILED ? NATIVE_FAILED : native_return(call, value);
}

// --- The natives ---------------------------------------------------------------------------------

static bool is_expected_fiber(const Actor *actor) {
  const Fiber *fiber = vm_running(driver->vm);
  if (actor->promise == NOBODY) return !fiber_promise(fiber) && fiber->obj.extra == actor->real_number;
  return fiber_promise(fiber) &&
         fiber_promise(fiber)->obj.extra == driver->model.promises.items[actor->promise].real_number;
}

static NativeStatus begin(NativeCall *call) {
  uint32_t id = model_next(&driver->model);
  driver_agree(driver, id != NOBODY, "nobody should have begun");
  if (id == NOBODY) return NATIVE_FAILED;
  const Actor *actor = actor_at(id);
  driver_agree(driver, is_expected_fiber(actor), "another fiber should have begun");
  driver_agree(driver,
               driver_is_thing(&driver->model, call->vm, native_arg(call, 0), actor->outcome),
               "what a fiber began with");
  return native_return(call, value_int(id));
}

#define OPERATIONS_A_TURN 12

// False: the actor ends.
static NativeStatus go_through_steps(NativeCall *call, uint32_t id) {
  bool is_tender = id == 0; // keeps the game going
  for (uint32_t i = 0; i < OPERATIONS_A_TURN; i++) {
    bool is_end = driver_is_over(driver) || (!is_tender && driver_roll(driver, 50) == 0);
    if (is_end) return native_return(call, VALUE_FALSE);
    WaitResult result = is_tender ? driver_tend(driver, id) : driver_operate(driver, id);
    if (result != WAIT_DONE) return status_of(result, call, VALUE_NULL);
  }
  return native_return(call, VALUE_TRUE);
}

static NativeStatus step(NativeCall *call) {
  driver_agree(driver, actor_at(id_of(call))->state == ACTOR_RUNNING, "a step of one who waits");
  return go_through_steps(call, id_of(call));
}

static NativeStatus resume_step(NativeCall *call) {
  go_on_with(id_of(call), call->answer);
  return go_through_steps(call, id_of(call));
}

static NativeStatus result(NativeCall *call) {
  return native_return(call, driver_result(driver, id_of(call)));
}

// An error was caught. True: it is thrown on.
static NativeStatus failed(NativeCall *call) {
  uint32_t id = id_of(call);
  Thing expected = driver->failure;
  if (actor_at(id)->state != ACTOR_RUNNING) {
    go_on(id);
    expected = actor_at(id)->outcome;
    driver_agree(driver, !actor_at(id)->is_struck, "a cancellation was caught");
  }
  driver_agree(driver, expected.kind == THING_ERROR, "something failed that should not");
  driver_agree(driver, driver_is_thing(&driver->model, call->vm, native_arg(call, 1), expected),
               "another error");
  Actor *actor = actor_at(id);
  bool is_passed_on = id > 0 && !actor->is_cleaning && driver_roll(driver, 4) == 0;
  if (is_passed_on) actor->ending = expected;
  return native_return(call, value_bool(is_passed_on));
}

static NativeStatus go_through_cleanup(NativeCall *call, uint32_t id) {
  for (;;) {
    bool is_end = id == 0 || driver_is_over(driver) || driver_roll(driver, 3) > 0;
    if (is_end) break;
    WaitResult result = driver_clean(driver, id);
    if (result != WAIT_DONE) return status_of(result, call, VALUE_NULL);
  }
  model_end(&driver->model, id); // nothing of it comes to the driver any more
  return native_return(call, VALUE_NULL);
}

static NativeStatus cleanup(NativeCall *call) {
  uint32_t id = id_of(call);
  if (actor_at(id)->state != ACTOR_RUNNING) {
    go_on(id);
    driver_agree(driver, actor_at(id)->is_struck, "a cleanup of one who was not cancelled");
  }
  actor_at(id)->is_cleaning = true;
  actor_at(id)->is_struck = false;
  return go_through_cleanup(call, id);
}

static NativeStatus resume_cleanup(NativeCall *call) {
  go_on_with(id_of(call), call->answer);
  return go_through_cleanup(call, id_of(call));
}

static NativeStatus start(NativeCall *call) {
  driver->actor = native_arg(call, 0);
  vm_set_builtin(call->vm, "vint.kept", driver->actor); // a built-in lives as long as the VM
  driver_set_up(driver);
  return native_return(call, VALUE_NULL);
}

static const NativeRow rows[] = {
    {"", "start", "fn(actor: Any): Null", start, "", NULL, 0, NATIVE_VINT},
    {"", "begin", "fn(v: Any): Any", begin, "", NULL, 0, NATIVE_VINT},
    {"", "step", "fn(id: Any): Any", step, "", resume_step, 0, NATIVE_VINT},
    {"", "result", "fn(id: Any): Any", result, "", NULL, 0, NATIVE_VINT},
    {"", "failed", "fn(id: Any, e: Any): Any", failed, "", NULL, 0, NATIVE_VINT},
    {"", "cleanup", "fn(id: Any): Any", cleanup, "", resume_cleanup, 0, NATIVE_VINT},
};

// --- Running -------------------------------------------------------------------------------------

static Unit *compile_actor(const Decls *decls) {
  Source source;
  Arena arena;
  NameTable names;
  Diags diags;
  Types types;
  Type *value;
  if (!source_init(&source, "actor.vint", program, sizeof(program) - 1)) abort();
  arena_init(&arena);
  name_table_init(&names, &arena);
  diag_init(&diags, &arena, &source);
  types_init(&types, &arena, &names);
  Program *parsed = pipeline_parse(&source, DIALECT_VINT, &arena, &names, &diags);
  Unit *unit = pipeline_finish(parsed, decls, &types, &diags, &value);
  if (!unit) abort();
  types_free(&types);
  diag_free(&diags);
  name_table_free(&names);
  arena_free(&arena);
  source_free(&source);
  return unit;
}

static Closure *load_program(VM *vm) {
  DeclRow decl_rows[ARRAY_LEN(rows)];
  Decls decls;
  for (uint32_t i = 0; i < ARRAY_LEN(rows); i++) {
    char name[64];
    decl_rows[i] = (DeclRow){rows[i].owner, rows[i].name, rows[i].signature, rows[i].languages};
    snprintf(name, sizeof(name), "vint.%s", rows[i].name);
    vm_set_builtin(vm, name, value_object(native_new(vm, &rows[i])));
  }
  decls_init(&decls, decl_rows, ARRAY_LEN(decl_rows));
  Closure *main = load_unit(vm, compile_actor(&decls));
  decls_free(&decls);
  if (!main) abort();
  return main;
}

static List *rooted_list(VM *vm, uint32_t count) {
  List *list = vm_list(vm, count);
  vm_push_root(vm, value_object(list));
  for (uint32_t i = 0; i < count; i++) {
    if (!list_push(vm_heap(vm), list, VALUE_NULL)) abort();
  }
  return list;
}

static void count_unfinished(Obj *object, void *context) {
  uint32_t *count = context;
  *count += fiber_state((const Fiber *)object) != FIBER_DONE;
}

static void compare_the_end(Driver *d, SchedEnd end) {
  driver_agree(d, end == SCHED_FINISHED, "the end of the run");
  driver_agree(d, model_next(&d->model) == NOBODY, "somebody was ready and did not run");
  // Nobody sleeps for the sake of a timer that is no longer wanted.
  int64_t now = clock_now_ns(sched_clock(d->machine->sched));
  driver_agree(d, now == d->model.now_ns, "the time at the end");
  uint32_t unfinished = 0;
  heap_each(vm_heap(d->vm), KIND_FIBER, count_unfinished, &unfinished);
  driver_agree(d, unfinished == d->model.alive, "how many fibers are left");
  uint32_t reports = d->model.reports;
  for (uint32_t i = 0; i < d->model.promises.count; i++) {
    const ModelPromise *p = &d->model.promises.items[i];
    reports += p->state == MODEL_REJECTED && !p->is_observed;
  }
  driver_agree(d, d->machine->report_count == reports, "how many failures were reported");
}

bool driver_play(const DriverPlan *plan, uint64_t *operations) {
  Driver *d = calloc(1, sizeof(Driver));
  d->plan = *plan;
  d->dice.bytes = plan->bytes;
  d->dice.left = plan->byte_count;
  rng_init(&d->dice.rng, plan->seed);
  d->machine = machine_new(plan->stress, (Policy){0});
  d->vm = d->machine->vm;
  driver = d;
  d->channels = rooted_list(d->vm, plan->channels);
  d->promises = rooted_list(d->vm, plan->promises);
  d->groups = rooted_list(d->vm, plan->groups);
  Closure *main = load_program(d->vm);
  vm_push_root(d->vm, value_object(main));
  compare_the_end(d, sched_run(d->machine->sched, main));
  driver_agree(d, !vm_has_error(d->vm), "an error was left over");
  if (d->is_wrong) {
    fprintf(stderr, "seed %llu, %u fibers, stress %d\n", (unsigned long long)plan->seed,
            plan->fibers, plan->stress);
  }
  vm_pop_roots(d->vm, 4);
  machine_free(d->machine);
  model_free(&d->model);
  bool is_right = !d->is_wrong;
  *operations = d->operations;
  driver = NULL;
  free(d);
  return is_right;
}
