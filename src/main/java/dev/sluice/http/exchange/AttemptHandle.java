package dev.sluice.http.exchange;

import dev.sluice.bus.CancelSignal;
import dev.sluice.http.exchange.QuotaReservation.AttemptReservation;
import dev.sluice.route.Target;

/** One attempt, as its exchange or session sees it. Confined to the event loop of the client's connection. */
public final class AttemptHandle {

    /** From 1, over all attempts of the exchange. */
    final int number;

    public final Target target;
    final AttemptReservation reservation;
    final CancelSignal cancel = new CancelSignal();
    final long startNanos = System.nanoTime();
    /** When the first part of its response was there; 0 before. */
    public long respondedNanos;
    /** Another attempt responded first: what this one still sends is discarded. */
    boolean lost;
    /** It had lost, and its stream ended completely all the same: the reported usage is all of it. */
    boolean complete;
    /** It has ended: its record was made, its reservation settled. */
    boolean settled;
    /** It failed or was cancelled when the provider had started on it, or may have. */
    boolean mayBeBilled;
    /** Batches of its stream so far. */
    int batches;
    /** Bytes of its stream so far. */
    long bytes;

    AttemptHandle(int number, Target target, AttemptReservation reservation) {
        this.number = number;
        this.target = target;
        this.reservation = reservation;
    }

    void received(int length) {
        batches++;
        bytes += length;
    }

    long millis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }
}
