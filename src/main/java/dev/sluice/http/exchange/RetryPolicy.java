package dev.sluice.http.exchange;

import dev.sluice.config.ProviderConfig;
import dev.sluice.config.ProviderConfig.Retry;
import dev.sluice.config.SluiceConfig;

/** What one config and the process's budgets allow. */
record RetryPolicy(SluiceConfig config, RetryBudgets budgets) implements FailoverPolicy.RetryTerms {

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
        return budgets.of(provider).withdraw(System.nanoTime());
    }

    private ProviderConfig provider(String name) {
        return config.providers().get(name);
    }
}
