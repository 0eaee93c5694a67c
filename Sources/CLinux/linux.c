#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int weir_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int weir_epoll_set(int epoll, int descriptor, uint32_t interest, uint64_t token, int add) {
    struct epoll_event event = {.events = EPOLLRDHUP, .data.u64 = token};
    if (interest & WEIR_READABLE) event.events |= EPOLLIN;
    if (interest & WEIR_WRITABLE) event.events |= EPOLLOUT;
    return epoll_ctl(epoll, add ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event);
}

int weir_epoll_remove(int epoll, int descriptor) { return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL); }

int weir_epoll_wait(int epoll, weir_event *events, int capacity, int timeout_ms) {
    struct epoll_event raw[256];
    if (capacity > 256) capacity = 256;
    int count = epoll_wait(epoll, raw, capacity, timeout_ms);
    if (count < 0) return errno == EINTR ? 0 : -1;
    for (int i = 0; i < count; i++) {
        uint32_t readiness = 0;
        if (raw[i].events & EPOLLIN) readiness |= WEIR_READABLE;
        if (raw[i].events & EPOLLOUT) readiness |= WEIR_WRITABLE;
        if (raw[i].events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP)) readiness |= WEIR_HANGUP;
        events[i].token = raw[i].data.u64;
        events[i].readiness = readiness;
    }
    return count;
}

int weir_eventfd_create(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void weir_eventfd_signal(int descriptor) {
    uint64_t one = 1;
    ssize_t written;
    do { written = write(descriptor, &one, sizeof one); } while (written < 0 && errno == EINTR);
}

void weir_eventfd_drain(int descriptor) {
    uint64_t count;
    ssize_t taken;
    do { taken = read(descriptor, &count, sizeof count); } while (taken < 0 && errno == EINTR);
}

uint8_t *weir_ring_map(size_t length) {
    int memory = memfd_create("weir-ring", MFD_CLOEXEC);
    if (memory < 0) return NULL;
    uint8_t *base = MAP_FAILED;
    if (ftruncate(memory, (off_t)length) == 0)
        base = mmap(NULL, length * 2, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base != MAP_FAILED) {
        const int protection = PROT_READ | PROT_WRITE, flags = MAP_SHARED | MAP_FIXED;
        if (mmap(base, length, protection, flags, memory, 0) == MAP_FAILED
            || mmap(base + length, length, protection, flags, memory, 0) == MAP_FAILED) {
            int failure = errno;
            munmap(base, length * 2);
            errno = failure;
            base = MAP_FAILED;
        }
    }
    int failure = errno;
    close(memory);
    errno = failure;
    return base == MAP_FAILED ? NULL : base;
}

void weir_ring_unmap(uint8_t *base, size_t length) { munmap(base, length * 2); }

size_t weir_send_each(const int *descriptors, size_t count, const void *bytes, size_t length, size_t *taken) {
    for (size_t i = 0; i < count; i++) {
        // Not send(): in a process of several threads that one prepares for the thread's cancellation each time.
        long sent = syscall(SYS_sendto, descriptors[i], bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT, NULL, 0);
        if (sent == (long)length) continue;
        *taken = sent > 0 ? (size_t)sent : 0;
        return i;
    }
    *taken = 0;
    return count;
}

int weir_spawn(const char *path, char *const argv[], char *const envp[], const char *log_path, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure) return failure;
    failure = posix_spawnattr_init(&attributes);
    if (failure) {
        posix_spawn_file_actions_destroy(&actions);
        return failure;
    }
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    failure = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (!failure) failure = posix_spawn_file_actions_addopen(&actions, 1, log_path, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (!failure) failure = posix_spawn_file_actions_adddup2(&actions, 1, 2);
    if (!failure) failure = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!failure) failure = posix_spawnattr_setsigmask(&attributes, &none);
    if (!failure) failure = posix_spawnattr_setsigdefault(&attributes, &all);
    if (!failure)
        failure = posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (!failure) failure = posix_spawn(pid, path, &actions, &attributes, argv, envp);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failure;
}

int weir_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int weir_process_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int weir_process_signal(int process, int signal_number) {
    return (int)syscall(SYS_pidfd_send_signal, process, signal_number, NULL, 0);
}

void weir_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
