package dev.sluice.http.exchange;

import dev.sluice.bus.CancelSignal;
import dev.sluice.route.Target;

/** One attempt as its exchange sees it. */
public final class AttemptHandle {

    final int number;
    public final Target target;
    final CancelSignal cancel = new CancelSignal();
    final long startNanos = System.nanoTime();
    /** 0 until something of its answer was there. */
    public long respondedNanos;
    /** Another answered first: whatever it still says is thrown away. */
    boolean lost;
    /** It had lost, and its stream came to its end all the same: what was reported is all of it. */
    boolean complete;
    /** It failed, or was given up, when the provider had begun with it or may have. */
    boolean mayBeBilled;
    /** Batches and bytes of its stream so far. */
    int batches;

    long bytes;

    /** @param number from 1, over all attempts of the exchange */
    AttemptHandle(int number, Target target) {
        this.number = number;
        this.target = target;
    }

    void received(int length) {
        batches++;
        bytes += length;
    }

    long millis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }
}
