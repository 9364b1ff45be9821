package dev.sluice.http.exchange;

import dev.sluice.http.body.Spool;
import dev.sluice.stream.FairBudget;

/**
 * What one exchange holds for its request until it ends: memory, and the file of an upload. Made for requests that need
 * it. Confined to the event loop of the client's connection.
 */
final class RequestResources {

    private final FairBudget budget;
    private final String caller;
    private FairBudget.Lease memory;
    private Spool spool;
    private boolean closed;

    /** @param caller whose share of the budget is used; null for all of it */
    RequestResources(FairBudget budget, String caller) {
        this.budget = budget;
        this.caller = caller;
    }

    FairBudget.Lease memory() {
        if (memory == null) {
            memory = budget.lease(caller);
            if (closed) {
                // A closed lease takes nothing.
                memory.close();
            }
        }
        return memory;
    }

    /** Deletes the file at the end, at once if that has passed. */
    void deleteAtEnd(Spool upload) {
        spool = upload;
        if (closed) {
            upload.delete();
        }
    }

    void close() {
        closed = true;
        if (memory != null) {
            memory.close();
        }
        if (spool != null) {
            spool.delete();
        }
    }
}
