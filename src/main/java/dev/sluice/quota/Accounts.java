package dev.sluice.quota;

import dev.sluice.quota.Account.Entry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The accounts of everybody who has used something that still counts. */
final class Accounts {

    private final ConcurrentHashMap<String, Account> keys = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Account> teams = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Account> routes = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Account> providers = new ConcurrentHashMap<>();

    /** Enters the account, made if need be; null when it is full. */
    Account enter(QuotaScope scope, String name, long most) {
        ConcurrentHashMap<String, Account> some = of(scope);
        while (true) {
            Account account = some.get(name);
            if (account == null) {
                account = some.computeIfAbsent(name, fresh -> new Account(scope, fresh));
            }
            Entry entry = account.enter(most);
            if (entry != Entry.CLOSED) {
                return entry == Entry.IN ? account : null;
            }
            // Somebody prunes it, which takes less than a microsecond.
            Thread.onSpinWait();
        }
    }

    /** As it stands, or null. */
    Account find(QuotaScope scope, String name) {
        return of(scope).get(name);
    }

    void prune(long second, long epochMillis) {
        for (QuotaScope scope : QuotaScope.values()) {
            ConcurrentHashMap<String, Account> some = of(scope);
            some.forEach((name, account) -> {
                if (account.prune(second, epochMillis)) {
                    some.remove(name, account);
                }
            });
        }
    }

    void each(Consumer<Account> use) {
        keys.values().forEach(use);
        teams.values().forEach(use);
        routes.values().forEach(use);
        providers.values().forEach(use);
    }

    long count() {
        return keys.mappingCount() + teams.mappingCount() + routes.mappingCount() + providers.mappingCount();
    }

    private ConcurrentHashMap<String, Account> of(QuotaScope scope) {
        return switch (scope) {
            case KEY, TIER -> keys;
            case TEAM -> teams;
            case ROUTE -> routes;
            case PROVIDER -> providers;
        };
    }
}
