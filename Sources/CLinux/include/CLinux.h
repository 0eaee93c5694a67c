#pragma once

// Linux calls that Swift's Glibc module does not carry: epoll, eventfd, memfd, and a spawn that leaks no descriptor.

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// MARK: epoll and eventfd

enum {
    WEIR_READABLE = 1,
    WEIR_WRITABLE = 2,
    WEIR_HANGUP = 4,
};

typedef struct {
    uint64_t token;
    uint32_t readiness;
} weir_event;

/// A new epoll descriptor, closed on exec; -1 and errno on failure.
int weir_epoll_create(void);
/// Registers (`add` != 0) or changes the interest of a descriptor: level-triggered, `interest` of WEIR_READABLE | WEIR_WRITABLE.
int weir_epoll_set(int epoll, int descriptor, uint32_t interest, uint64_t token, int add);
int weir_epoll_remove(int epoll, int descriptor);
/// Waits up to `timeout_ms` (-1: for ever). The number of events written to `events`, 0 after a timeout or a signal.
int weir_epoll_wait(int epoll, weir_event *events, int capacity, int timeout_ms);

/// A non-blocking eventfd, closed on exec.
int weir_eventfd_create(void);
void weir_eventfd_signal(int descriptor);
void weir_eventfd_drain(int descriptor);

// MARK: ring memory

/// Maps `length` bytes (a multiple of the page size) twice in a row, so that any window of up to `length` bytes is
/// contiguous. NULL and errno on failure.
uint8_t *weir_ring_map(size_t length);
void weir_ring_unmap(uint8_t *base, size_t length);

// MARK: sockets

/// Sends the same bytes to one socket after the other, without blocking and without SIGPIPE, and stops at the first that
/// does not take them all. Returns how many took them; `taken` is what that first one took, 0 also where its send failed.
size_t weir_send_each(const int *descriptors, size_t count, const void *bytes, size_t length, size_t *taken);

// MARK: processes

/// Starts a program in a session of its own, standard input from /dev/null, standard output and error appended to
/// `log_path`; no other descriptor is inherited, no signal is blocked or ignored. Returns 0 and sets `pid`, or an errno.
int weir_spawn(const char *path, char *const argv[], char *const envp[], const char *log_path, pid_t *pid);
/// Makes orphaned descendants of this process its children (prctl PR_SET_CHILD_SUBREAPER). 0, or -1 and errno.
int weir_become_subreaper(void);
/// Names the calling thread, as tools such as top show it; 15 bytes at most.
void weir_name_thread(const char *name);
/// A descriptor for a process (pidfd, closed on exec) that never comes to mean another one; -1 and errno on failure.
int weir_process_open(pid_t pid);
/// Sends a signal to the process of such a descriptor. 0, or -1 and errno.
int weir_process_signal(int process, int signal_number);

// MARK: thread shards

/// The memory that belongs to the calling thread alone (see Telemetry), NULL before the thread has any.
extern _Thread_local uint8_t *weir_thread_shard __attribute__((tls_model("initial-exec")));

static inline uint8_t *weir_shard(void) { return weir_thread_shard; }

/// Sets the calling thread's shard; `release` is called with it when the thread ends.
void weir_shard_adopt(uint8_t *shard, void (*release)(void *shard));
/// Reserves `length` bytes of zeroed address space; memory is used only where it is touched. NULL and errno on failure.
uint8_t *weir_reserve(size_t length);

// MARK: gzip

typedef struct weir_gzip weir_gzip;

/// A gzip stream of compression `level` 1 to 9, by the machine's zlib; NULL where there is none.
weir_gzip *weir_gzip_open(int level);
/// The bytes to compress next; they must stay until they are used up.
void weir_gzip_input(weir_gzip *gzip, const void *bytes, size_t length);
/// Compresses into `space` and returns how much of it is used; less than `length` when all input is used up and, with
/// `finish`, the stream is complete.
size_t weir_gzip_output(weir_gzip *gzip, void *space, size_t length, int finish);
void weir_gzip_close(weir_gzip *gzip);

// MARK: heap

/// Bytes that the C library's allocator has from the kernel, its large mappings included.
size_t weir_heap_bytes(void);
/// Of these, the bytes that the program uses.
size_t weir_heap_used_bytes(void);

// MARK: processors

/// Lets the calling thread, and what it starts from now on, run on one processor only. 0, or -1 and errno.
int weir_pin_to_processor(int processor);

// MARK: GNU extensions

/// The next connection of a listener, not blocking and closed on exec; -1 and errno when there is none.
int weir_accept(int listener);
/// Where `needle` first occurs in `bytes`; NULL when it does not.
const void *weir_find(const void *bytes, size_t length, const void *needle, size_t needle_length);
