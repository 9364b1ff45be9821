package dev.sluice.http.exchange;

import dev.sluice.bus.CancelSignal;
import dev.sluice.bus.ProviderReply;
import dev.sluice.http.exchange.QuotaReservation.AttemptReservation;
import dev.sluice.route.Target;

/** The state of one attempt in its exchange or session. Confined to the event loop of the client's connection. */
public final class AttemptHandle {

    /** From 1, over all attempts of the exchange. */
    final int number;

    public final Target target;
    final AttemptReservation reservation;
    final CancelSignal cancel = new CancelSignal();
    final long startNanos = System.nanoTime();
    /** When its response began to arrive, as {@link System#nanoTime}; 0 before. */
    public long respondedNanos;
    /** Another attempt responded first: what this one still sends is discarded. */
    boolean lost;
    /** It lost, but its stream ended completely, so the reported usage is complete. */
    boolean complete;
    /** It has ended: its record was made, its reservation settled. */
    boolean settled;
    /** It is a session in which the usage of a response was estimated. */
    public boolean partlyEstimated;
    /** It failed or was cancelled after the provider had started, or may have started, to process it. */
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

    /** Bytes of its complete response, if that is no error; else 0. */
    long wholeBytes;

    void received(int length) {
        batches++;
        bytes += length;
    }

    void receivedWhole(ProviderReply.Complete whole) {
        wholeBytes = whole.status() < 400 ? whole.body().length() : 0;
    }

    long millis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }
}
