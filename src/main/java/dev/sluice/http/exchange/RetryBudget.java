package dev.sluice.http.exchange;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The retry budget of one provider: attempts beyond the first are limited to a share of its traffic, so that retries do
 * not multiply an outage. Shared by all event loops; lock-free.
 *
 * <p>Every first attempt adds a share of a token, every retry takes one token. A provider with little traffic may
 * borrow up to {@value #LOANS} tokens, one more each {@value #LOAN_SECONDS} s. Later shares pay them back, so that the
 * share still holds over many requests.
 */
final class RetryBudget {

    static final int LOANS = 3;
    static final int LOAN_SECONDS = 10;

    private static final long TOKEN = 1_000;
    private static final long LOAN_NANOS = LOAN_SECONDS * 1_000_000_000L;

    /** The largest balance: a long time without failures must not pay for a burst of retries. */
    static final long MAX_TOKENS = 100;

    /** Thousandths of a token; negative while loans are not paid back. */
    private final AtomicLong balance = new AtomicLong();

    /** The moment at which every loan is available again. */
    private final AtomicLong lentUntil;

    RetryBudget(long nanoTime) {
        lentUntil = new AtomicLong(nanoTime);
    }

    /** @param share of a token that a first attempt earns, 0 to 1 */
    void deposit(double share) {
        if (balance.get() < MAX_TOKENS * TOKEN) {
            balance.addAndGet((long) (share * TOKEN));
        }
    }

    /** Takes a token. Returns false when there is none. */
    boolean withdraw(long nanoTime) {
        long before = balance.getAndUpdate(now -> now >= TOKEN ? now - TOKEN : now);
        if (before >= TOKEN) {
            return true;
        }
        if (!lend(nanoTime)) {
            return false;
        }
        balance.addAndGet(-TOKEN);
        return true;
    }

    private boolean lend(long nanoTime) {
        while (true) {
            long until = lentUntil.get();
            long from = until - nanoTime > 0 ? until : nanoTime;
            long next = from + LOAN_NANOS;
            if (next - nanoTime > LOANS * LOAN_NANOS) {
                return false;
            }
            if (lentUntil.compareAndSet(until, next)) {
                return true;
            }
        }
    }
}
