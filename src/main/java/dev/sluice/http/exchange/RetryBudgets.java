package dev.sluice.http.exchange;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The retry budget of each provider by its name, for the whole process. Survives reloads. */
public final class RetryBudgets {

    private final Map<String, RetryBudget> budgets = new ConcurrentHashMap<>();

    RetryBudget of(String provider) {
        RetryBudget known = budgets.get(provider);
        return known != null ? known : budgets.computeIfAbsent(provider, name -> new RetryBudget(System.nanoTime()));
    }
}
