package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each provider has one retry budget across configurations. */
class RetryBudgetsTest {

    private final FakeListener listener = new FakeListener();
    private final RetryBudgets budgets = new RetryBudgets();

    @AfterEach
    void close() {
        listener.close();
    }

    @Test
    void aProviderKeepsItsBudgetAndSharesItWithNoOther() {
        assertThat(budgets.of("a")).isSameAs(budgets.of("a")).isNotSameAs(budgets.of("b"));
    }

    @Test
    void aRetryIsTakenFromTheProvidersBudgetOverReloads() {
        IntStream.range(0, RetryBudget.LOANS)
                .forEach(loan ->
                        assertThat(budgets.terms(listener.config).withdraw("a")).isTrue());

        assertThat(budgets.terms(listener.config).withdraw("a")).isFalse();
        assertThat(budgets.terms(listener.config).withdraw("b")).isTrue();
    }

    @Test
    void termsAreThoseOfTheProvider() {
        FailoverPolicy.RetryTerms terms = budgets.terms(listener.config);

        assertThat(terms.retry("a"))
                .isEqualTo(listener.config.providers().get("a").retry());
        assertThat(terms.keys("a"))
                .isEqualTo(listener.config.providers().get("a").apiKeys().size());
    }
}
