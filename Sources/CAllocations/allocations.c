#include "CAllocations.h"

#include <errno.h>
#include <stddef.h>

static _Thread_local uint64_t count __attribute__((tls_model("initial-exec")));

uint64_t weir_allocation_count(void) { return count; }

#if !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)

// glibc's own names of its functions, for those who stand before it.
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

void *malloc(size_t length) {
    count++;
    return __libc_malloc(length);
}

void *calloc(size_t number, size_t length) {
    count++;
    return __libc_calloc(number, length);
}

void *realloc(void *memory, size_t length) {
    count++;
    return __libc_realloc(memory, length);
}

void *memalign(size_t alignment, size_t length) {
    count++;
    return __libc_memalign(alignment, length);
}

void *aligned_alloc(size_t alignment, size_t length) { return memalign(alignment, length); }

int posix_memalign(void **memory, size_t alignment, size_t length) {
    void *found = memalign(alignment, length);
    if (!found) return ENOMEM;
    *memory = found;
    return 0;
}

#endif
