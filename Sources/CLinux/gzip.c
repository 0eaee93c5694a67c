#include "CLinux.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

// zlib's stream, as its application binary interface has it since 1.2.0. deflateInit2_ checks version and size.
typedef struct {
    const unsigned char *next_in;
    unsigned avail_in;
    unsigned long total_in;
    unsigned char *next_out;
    unsigned avail_out;
    unsigned long total_out;
    const char *msg;
    void *state;
    void *zalloc, *zfree, *opaque;
    int data_type;
    unsigned long adler, reserved;
} z_stream_abi;

struct weir_gzip {
    z_stream_abi z;
};

static int (*init2)(z_stream_abi *, int, int, int, int, int, const char *, int);
static int (*deflate)(z_stream_abi *, int);
static int (*deflate_end)(z_stream_abi *);
static pthread_once_t once = PTHREAD_ONCE_INIT;

// Debian's dpkg and libcurl both need libz.so.1, so it is there wherever Weir runs; its headers need not be.
static void load(void) {
    void *library = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    deflate = dlsym(library, "deflate");
    deflate_end = dlsym(library, "deflateEnd");
    init2 = dlsym(library, "deflateInit2_");
}

weir_gzip *weir_gzip_open(int level) {
    enum { deflated = 8, window_bits_gzip = 15 + 16, memory_level = 8, default_strategy = 0 };
    pthread_once(&once, load);
    if (!init2 || !deflate || !deflate_end) return NULL;
    weir_gzip *gzip = calloc(1, sizeof *gzip);
    if (!gzip) return NULL;
    if (init2(&gzip->z, level, deflated, window_bits_gzip, memory_level, default_strategy, "1.2.11", sizeof gzip->z)) {
        free(gzip);
        return NULL;
    }
    return gzip;
}

void weir_gzip_input(weir_gzip *gzip, const void *bytes, size_t length) {
    gzip->z.next_in = bytes;
    gzip->z.avail_in = (unsigned)length;
}

size_t weir_gzip_output(weir_gzip *gzip, void *space, size_t length, int finish) {
    enum { no_flush = 0, finish_flush = 4 };
    gzip->z.next_out = space;
    gzip->z.avail_out = (unsigned)length;
    deflate(&gzip->z, finish ? finish_flush : no_flush);
    return length - gzip->z.avail_out;
}

void weir_gzip_close(weir_gzip *gzip) {
    deflate_end(&gzip->z);
    free(gzip);
}
