package dev.sluice.bench.upstream;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * A model that gives {@link #CAPACITY} streams at once its full speed, and shares it among all when there are more: a
 * stream's first token takes {@link #FIRST_MILLIS} of full speed, and the rest as long again. Those that left are not
 * noticed before their next event, as a provider would not.
 */
public final class Crowd {

    /** Streams at once that do not slow each other down. */
    public static final int CAPACITY = 40;

    /** To the first token, uncrowded; a whole answer takes twice that. */
    public static final int FIRST_MILLIS = 200;

    /** Answers in a second at most, however many ask. */
    public static final double PER_SECOND = CAPACITY * 1000.0 / (2 * FIRST_MILLIS);

    private final EventLoop loop;
    private final Deque<Guest> first = new ArrayDeque<>();
    private final Deque<Guest> rest = new ArrayDeque<>();
    private boolean ticking;
    /** Milliseconds of work that each stream was given since the start, had it been there all along. */
    private double given;

    private long lastNanos;

    /** @param due the work given at which its next step is done */
    private record Guest(Playing stream, double due) {}

    Crowd(EventLoop loop) {
        this.loop = loop;
    }

    void play(Playing stream) {
        first.add(new Guest(stream, given + FIRST_MILLIS));
        if (!ticking) {
            ticking = true;
            lastNanos = System.nanoTime();
            loop.schedule(this::tick, 1, TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        long now = System.nanoTime();
        int here = first.size() + rest.size();
        given += (now - lastNanos) / 1e6 * Math.min(1, (double) CAPACITY / here);
        lastNanos = now;
        while (!first.isEmpty() && first.peek().due <= given) {
            Guest guest = first.poll();
            if (guest.stream.step()) {
                rest.add(new Guest(guest.stream, guest.due + FIRST_MILLIS));
            }
        }
        while (!rest.isEmpty() && rest.peek().due <= given) {
            rest.poll().stream.all();
        }
        ticking = !first.isEmpty() || !rest.isEmpty();
        if (ticking) {
            loop.schedule(this::tick, 1, TimeUnit.MILLISECONDS);
        }
    }
}
