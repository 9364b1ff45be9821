package dev.sluice.admin;

import dev.sluice.store.AuditEntry;
import dev.sluice.store.Store;
import io.vertx.core.Future;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer of the audit log: each change or refused change with its actor. Without a store, and while it does not
 * respond, entries go to the application log, so that operators can act while the database is down.
 */
final class AuditTrail {

    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.audit");
    private static final int MAX_TARGET = 200;
    private static final int MAX_DETAIL = 2_000;

    private final Store store;

    /** @param store or null */
    AuditTrail(Store store) {
        this.store = store;
    }

    /**
     * Completes when the entry is written; never fails.
     *
     * @param storeDown the store did not respond to the call itself: it is not tried again
     */
    Future<Void> record(String actor, String action, String target, String detail, boolean storeDown) {
        AuditEntry entry = new AuditEntry(
                null, Instant.now(), actor, action, shortened(target, MAX_TARGET), shortened(detail, MAX_DETAIL));
        if (store == null || storeDown) {
            log(entry);
            return Future.succeededFuture();
        }
        return store.audit()
                .append(entry)
                .onFailure(failure -> log(entry))
                .otherwiseEmpty()
                .mapEmpty();
    }

    private static void log(AuditEntry entry) {
        LOG.atInfo()
                .addKeyValue("actor", entry.actor())
                .addKeyValue("action", entry.action())
                .addKeyValue("target", entry.target())
                .addKeyValue("detail", entry.detail())
                .log("audit: {} by {} on {}: {}", entry.action(), entry.actor(), entry.target(), entry.detail());
    }

    private static String shortened(String text, int maxLength) {
        String plain = text == null ? "" : text.replaceAll("\\p{Cntrl}", "?");
        return plain.substring(0, Math.min(plain.length(), maxLength));
    }
}
