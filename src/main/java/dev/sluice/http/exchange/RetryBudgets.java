package dev.sluice.http.exchange;

import dev.sluice.config.ProviderConfig;
import dev.sluice.config.ProviderConfig.Retry;
import dev.sluice.config.SluiceConfig;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The retry budget of each provider, for the whole process. They survive reloads. Thread-safe. */
public final class RetryBudgets {

    private final Map<String, RetryBudget> budgets = new ConcurrentHashMap<>();

    RetryBudget of(String provider) {
        RetryBudget known = budgets.get(provider);
        return known != null ? known : budgets.computeIfAbsent(provider, name -> new RetryBudget(System.nanoTime()));
    }

    /** What one configuration and these budgets allow. */
    FailoverPolicy.RetryTerms terms(SluiceConfig config) {
        return new Terms(config);
    }

    private final class Terms implements FailoverPolicy.RetryTerms {

        private final SluiceConfig config;

        private Terms(SluiceConfig config) {
            this.config = config;
        }

        @Override
        public Retry retry(String provider) {
            return provider(provider).retry();
        }

        @Override
        public int keys(String provider) {
            return provider(provider).apiKeys().size();
        }

        @Override
        public boolean withdraw(String provider) {
            return of(provider).withdraw(System.nanoTime());
        }

        private ProviderConfig provider(String name) {
            return config.providers().get(name);
        }
    }
}
