#pragma once

// Counts what a program asks of the allocator. Linked into a program, it stands before the C library's functions.

#include <stdint.h>

/// How often the calling thread has asked for memory; always 0 under a sanitizer, which has these functions itself.
uint64_t weir_allocation_count(void);
