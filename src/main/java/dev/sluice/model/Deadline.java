package dev.sluice.model;

/** The deadline of one request, shared by all its attempts. In {@link System#nanoTime()} units. */
public record Deadline(long nanoTime) {

    public static Deadline inMillis(long millis) {
        return new Deadline(System.nanoTime() + millis * 1_000_000);
    }

    /** Milliseconds left, zero when passed. */
    public long remainingMillis() {
        return Math.max(0, (nanoTime - System.nanoTime()) / 1_000_000);
    }

    public boolean passed() {
        return nanoTime - System.nanoTime() <= 0;
    }
}
