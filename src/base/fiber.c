#include "base/fiber.h"

#include <assert.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#if __has_feature(thread_sanitizer)
#define __SANITIZE_THREAD__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

struct fiber {
        ucontext_t inside, outside; /* where to go on when it is entered, and when it leaves */
        char *stack;                /* begins with the page that must not be touched */
        size_t stack_len;
        void (*run)(void *arg);
        void *arg;
        struct {
                void *inside_fake, *outside_fake; /* ASan's stacks beside ours */
                const void *outside_bottom;
                size_t outside_len;
                void *inside_thread, *outside_thread; /* TSan's view of both */
        } sanitizer;
};

static _Thread_local struct fiber *current;
static _Thread_local char thread_identity;

/* Before and after each switch. */
static void entering(struct fiber *fiber)
{
#ifdef __SANITIZE_ADDRESS__
        __sanitizer_start_switch_fiber(&fiber->sanitizer.outside_fake, fiber->stack, fiber->stack_len);
#endif
#ifdef __SANITIZE_THREAD__
        fiber->sanitizer.outside_thread = __tsan_get_current_fiber();
        __tsan_switch_to_fiber(fiber->sanitizer.inside_thread, 0);
#endif
}

static void entered(struct fiber *fiber)
{
#ifdef __SANITIZE_ADDRESS__
        __sanitizer_finish_switch_fiber(fiber->sanitizer.inside_fake, &fiber->sanitizer.outside_bottom,
                                        &fiber->sanitizer.outside_len);
#endif
}

static void leaving(struct fiber *fiber)
{
#ifdef __SANITIZE_ADDRESS__
        __sanitizer_start_switch_fiber(&fiber->sanitizer.inside_fake, fiber->sanitizer.outside_bottom,
                                       fiber->sanitizer.outside_len);
#endif
#ifdef __SANITIZE_THREAD__
        __tsan_switch_to_fiber(fiber->sanitizer.outside_thread, 0);
#endif
}

static void left(struct fiber *fiber)
{
#ifdef __SANITIZE_ADDRESS__
        __sanitizer_finish_switch_fiber(fiber->sanitizer.outside_fake, NULL, NULL);
#endif
}

static void begin(void)
{
        struct fiber *fiber = current;
        entered(fiber);
        fiber->run(fiber->arg);
        assert(!"a fiber leaves, it does not return");
}

struct fiber *fiber_new(size_t stack_bytes, void (*run)(void *arg), void *arg)
{
        size_t page = (size_t)sysconf(_SC_PAGESIZE);
        size_t len = page + (stack_bytes + page - 1) / page * page;
        char *stack = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
        if (stack == MAP_FAILED)
                return NULL;
        struct fiber *fiber = x_new(1, sizeof(*fiber));
        *fiber = (struct fiber){.stack = stack, .stack_len = len, .run = run, .arg = arg};
        if (mprotect(stack, page, PROT_NONE) != 0 || getcontext(&fiber->inside) != 0) {
                munmap(stack, len);
                x_free(fiber);
                return NULL;
        }
        fiber->inside.uc_stack.ss_sp = stack;
        fiber->inside.uc_stack.ss_size = len;
        fiber->inside.uc_link = NULL;
        makecontext(&fiber->inside, begin, 0);
#ifdef __SANITIZE_THREAD__
        fiber->sanitizer.inside_thread = __tsan_create_fiber(0);
#endif
        return fiber;
}

void fiber_free(struct fiber *fiber)
{
        if (fiber == NULL)
                return;
        assert(fiber != current);
#ifdef __SANITIZE_THREAD__
        __tsan_destroy_fiber(fiber->sanitizer.inside_thread);
#endif
        munmap(fiber->stack, fiber->stack_len);
        x_free(fiber);
}

void fiber_enter(struct fiber *fiber)
{
        assert(current == NULL);
        current = fiber;
        entering(fiber);
        swapcontext(&fiber->outside, &fiber->inside);
        left(fiber);
        current = NULL;
}

void fiber_leave(void)
{
        struct fiber *fiber = current;
        leaving(fiber);
        swapcontext(&fiber->inside, &fiber->outside);
        entered(fiber);
}

const void *fiber_identity(void)
{
        return current ? (const void *)current : &thread_identity;
}
