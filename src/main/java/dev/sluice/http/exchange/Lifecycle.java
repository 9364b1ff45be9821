package dev.sluice.http.exchange;

import dev.sluice.model.Readiness;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Whether the process accepts requests, and the number of open exchanges. Shared by all listeners. Thread-safe. */
public final class Lifecycle {

    private final AtomicInteger openExchanges = new AtomicInteger();
    private volatile boolean listening;
    private volatile boolean draining;

    public void setListening() {
        listening = true;
    }

    /** From now on readiness is false and new requests are refused. */
    public void drain() {
        draining = true;
    }

    public boolean draining() {
        return draining;
    }

    /** Requests that have started and not ended, and responses whose last byte has not left for the client. */
    public int openExchanges() {
        return openExchanges.get();
    }

    public Readiness readiness() {
        List<String> reasons = new ArrayList<>();
        if (!listening) {
            reasons.add(Readiness.failing("not listening yet"));
        }
        if (draining) {
            reasons.add(Readiness.failing("draining: " + openExchanges() + " requests are still running"));
        }
        boolean ready = reasons.isEmpty();
        if (ready) {
            reasons.add(Readiness.ok("listening"));
        }
        return new Readiness(ready, reasons);
    }

    public void exchangeStarted() {
        openExchanges.incrementAndGet();
    }

    public void exchangeEnded() {
        openExchanges.decrementAndGet();
    }
}
