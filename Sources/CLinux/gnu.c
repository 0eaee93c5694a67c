#define _GNU_SOURCE
#include "CLinux.h"

#include <string.h>
#include <sys/socket.h>

int weir_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC); }

const void *weir_find(const void *bytes, size_t length, const void *needle, size_t needle_length) {
    return memmem(bytes, length, needle, needle_length);
}
