package dev.sluice.quota;

import dev.sluice.quota.Account.Acquisition;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The accounts of all keys, teams, routes and providers whose usage still counts. */
final class Accounts {

    private final ConcurrentHashMap<String, Account> keys = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Account> teams = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Account> routes = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Account> providers = new ConcurrentHashMap<>();

    /** Acquires the account, creating it if needed; null when its concurrency limit is reached. */
    Account acquire(QuotaScope scope, String name, long concurrencyLimit) {
        ConcurrentHashMap<String, Account> accounts = of(scope);
        while (true) {
            Account account = accounts.get(name);
            if (account == null) {
                account = accounts.computeIfAbsent(name, fresh -> new Account(scope, fresh));
            }
            Acquisition entry = account.acquire(concurrencyLimit);
            if (entry != Acquisition.CLOSED) {
                return entry == Acquisition.ACQUIRED ? account : null;
            }
            // Another thread prunes it, which takes less than a microsecond.
            Thread.onSpinWait();
        }
    }

    /** Without acquiring it; null when there is none. */
    Account find(QuotaScope scope, String name) {
        return of(scope).get(name);
    }

    void prune(long second, long epochMillis) {
        for (QuotaScope scope : QuotaScope.values()) {
            ConcurrentHashMap<String, Account> accounts = of(scope);
            accounts.forEach((name, account) -> {
                if (account.prune(second, epochMillis)) {
                    accounts.remove(name, account);
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
