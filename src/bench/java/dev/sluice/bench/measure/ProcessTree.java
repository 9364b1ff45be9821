package dev.sluice.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The kernel's figures of a process and its children, as sums over the tree. */
public record ProcessTree(ProcessHandle root) {

    /** {@code USER_HZ}, which Linux fixes at 100 for what it shows in /proc, on every architecture a JVM runs on. */
    private static final long MICROS_PER_TICK = 10_000;

    /** Fields of {@code /proc/PID/stat} after the name in parentheses. */
    private static final int UTIME = 11;

    private static final int STIME = 12;

    /**
     * Microseconds of CPU time so far, user and kernel, of all threads including ended ones. Exact to ten milliseconds:
     * the kernel scales it to the precise run time and does not sample.
     */
    public long cpuMicros() {
        return sum(pid -> {
            String stat = read(pid, "stat");
            if (stat.isEmpty()) {
                return 0;
            }
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * MICROS_PER_TICK;
        });
    }

    /**
     * Microseconds so far in which living threads were runnable but had no core. Zero on kernels that do not count it.
     */
    public long runQueueMicros() {
        return sum(pid -> {
            try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
                return threads.mapToLong(ProcessTree::runQueueNanos).sum() / 1000;
            } catch (IOException gone) {
                return 0;
            }
        });
    }

    private static long runQueueNanos(Path thread) {
        try {
            return Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ")[1]);
        } catch (IOException goneOrNotCounted) {
            return 0;
        }
    }

    /** Resident memory in KiB. Pages shared between processes of the tree count for each. */
    public long residentKib() {
        return sum(pid -> read(pid, "status")
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum());
    }

    public long fileDescriptors() {
        return sum(pid -> {
            try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
                return open.count();
            } catch (IOException gone) {
                return 0;
            }
        });
    }

    private long sum(ToLongFunction<Long> figure) {
        LongStream pids =
                LongStream.concat(LongStream.of(root.pid()), root.descendants().mapToLong(ProcessHandle::pid));
        return pids.map(pid -> figure.applyAsLong(pid)).sum();
    }

    /** Empty when the process has ended. */
    private static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/" + file));
        } catch (IOException gone) {
            return "";
        }
    }
}
