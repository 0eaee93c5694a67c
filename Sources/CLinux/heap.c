#include "CLinux.h"

#include <malloc.h>

size_t weir_heap_bytes(void) {
    struct mallinfo2 heap = mallinfo2();
    return heap.arena + heap.hblkhd;
}

size_t weir_heap_used_bytes(void) {
    struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
}
