#define _GNU_SOURCE
#include "CLinux.h"

#include <pthread.h>
#include <sys/mman.h>

_Thread_local uint8_t *weir_thread_shard __attribute__((tls_model("initial-exec"))) = NULL;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static void (*release_shard)(void *);

static void thread_ends(void *shard) {
    weir_thread_shard = NULL;
    __atomic_load_n(&release_shard, __ATOMIC_ACQUIRE)(shard);
}

static void make_key(void) { pthread_key_create(&key, thread_ends); }

void weir_shard_adopt(uint8_t *shard, void (*release)(void *)) {
    __atomic_store_n(&release_shard, release, __ATOMIC_RELEASE);
    pthread_once(&once, make_key);
    pthread_setspecific(key, shard);
    weir_thread_shard = shard;
}

uint8_t *weir_reserve(size_t length) {
    void *base = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return base == MAP_FAILED ? NULL : base;
}
