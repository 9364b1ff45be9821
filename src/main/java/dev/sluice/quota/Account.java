package dev.sluice.quota;

import dev.sluice.model.Budget.Period;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * What one key, team, route or provider has used: whatever it is allowed. Who is in ({@link #enter}) may use it until
 * {@link #leave}; nothing is thrown away while somebody is in.
 */
final class Account {

    /** What {@link #enter} found. */
    enum Entry {
        IN,
        /** As many are in as may be. */
        FULL,
        /** Being thrown away, wholly or in part: ask for it anew. */
        CLOSED
    }

    private static final int SHUT = Integer.MIN_VALUE;

    private final Scope scope;
    private final String name;
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicReferenceArray<Window> windows = new AtomicReferenceArray<>(Unit.ALL.length);
    private final AtomicReferenceArray<Purse> purses = new AtomicReferenceArray<>(Periods.COUNT);

    Account(Scope scope, String name) {
        this.scope = scope;
        this.name = name;
    }

    Scope scope() {
        return scope;
    }

    String name() {
        return name;
    }

    /** @param most how many may be in at once, 0 for any number */
    Entry enter(long most) {
        int before;
        do {
            before = inside.get();
            if (before < 0) {
                return Entry.CLOSED;
            }
            if (most > 0 && before >= most) {
                return Entry.FULL;
            }
        } while (!inside.compareAndSet(before, before + 1));
        return Entry.IN;
    }

    void leave() {
        inside.decrementAndGet();
    }

    int inside() {
        return Math.max(0, inside.get());
    }

    Window window(Unit unit) {
        Window window = windows.get(unit.index());
        if (window != null) {
            return window;
        }
        Window fresh = new Window();
        Window other = windows.compareAndExchange(unit.index(), null, fresh);
        return other == null ? fresh : other;
    }

    /** The purse of the period of this moment. A clock set back stays with the purse that is there. */
    Purse purse(Period per, long epochMillis) {
        Purse purse = purses.get(Periods.index(per));
        if (purse != null && !purse.over(epochMillis)) {
            return purse;
        }
        Purse fresh = new Purse(Periods.end(per, epochMillis));
        Purse other = purses.compareAndExchange(Periods.index(per), purse, fresh);
        return other == purse || other == null ? fresh : other;
    }

    void eachPurse(Consumer<Purse> use) {
        for (int i = 0; i < purses.length(); i++) {
            Purse purse = purses.get(i);
            if (purse != null) {
                use.accept(purse);
            }
        }
    }

    /**
     * Throws away what is over, when nobody is in.
     *
     * @return true when nothing is left; the account then stays shut and must be taken out of the map
     */
    boolean prune(long second, long epochMillis) {
        if (!inside.compareAndSet(0, SHUT)) {
            return false;
        }
        boolean empty = true;
        for (int i = 0; i < windows.length(); i++) {
            Window window = windows.get(i);
            if (window != null && window.used(second) == 0) {
                windows.set(i, null);
            }
            empty &= windows.get(i) == null;
        }
        for (int i = 0; i < purses.length(); i++) {
            Purse purse = purses.get(i);
            if (purse != null && (purse.over(epochMillis) || purse.untouched())) {
                purses.set(i, null);
            }
            empty &= purses.get(i) == null;
        }
        if (!empty) {
            inside.set(0);
        }
        return empty;
    }
}
