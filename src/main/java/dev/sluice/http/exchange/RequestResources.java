package dev.sluice.http.exchange;

import dev.sluice.http.body.Spool;
import dev.sluice.quota.Admission;
import dev.sluice.stream.FairBudget;

/**
 * What one exchange holds for its request until it ends: memory, the file of an upload, and until it is reserved for,
 * the admission that began before its body was received. Made for requests that need it. Confined to the event loop of
 * the client's connection.
 */
final class RequestResources {

    private final FairBudget budget;
    private final String caller;
    private FairBudget.Lease memory;
    private Spool spool;
    private Admission admission;
    private boolean closed;

    /**
     * @param caller whose share of the budget is used; null for all of it
     * @param closed whether the request has ended: its client may leave while its upload is being completed
     */
    RequestResources(FairBudget budget, String caller, boolean closed) {
        this.budget = budget;
        this.caller = caller;
        this.closed = closed;
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

    /** Keeps the admission until it is taken or the request ends. */
    void keep(Admission begun) {
        admission = begun;
        if (closed) {
            revokeAdmission();
        }
    }

    /** The admission that has begun, which is the receiver's to close; null without one. */
    Admission takeAdmission() {
        Admission begun = admission;
        admission = null;
        return begun;
    }

    /** No attempt follows. */
    void revokeAdmission() {
        if (admission != null) {
            admission.revoke();
            admission = null;
        }
    }

    void close() {
        closed = true;
        revokeAdmission();
        if (memory != null) {
            memory.close();
        }
        if (spool != null) {
            spool.delete();
        }
    }
}
