package dev.sluice.tenancy;

import dev.sluice.admin.BudgetWebhook;
import dev.sluice.model.Budget;
import dev.sluice.observe.Metrics;
import dev.sluice.quota.BudgetAlert;
import java.util.Locale;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listener that publishes budget alerts to the metrics, the log and {@code alerts.webhook}. */
public record BudgetAlerts(Metrics metrics, BudgetWebhook webhook) implements Consumer<BudgetAlert> {

    private static final Logger LOG = LoggerFactory.getLogger(BudgetAlerts.class);

    @Override
    public void accept(BudgetAlert alert) {
        metrics.budgetAlert(alert.scope().label(), alert.kind().name().toLowerCase(Locale.ROOT));
        LOG.warn(
                "Budget of {} {}{}: {} of {} USD per {} are spent ({})",
                alert.scope().label(),
                alert.name(),
                alert.key() == null || alert.key().equals(alert.name()) ? "" : " (key " + alert.key() + ")",
                Budget.usd(alert.spentNanoUsd()),
                Budget.usd(alert.budget().nanoUsd()),
                alert.budget().period().name().toLowerCase(Locale.ROOT),
                alert.kind().name().toLowerCase(Locale.ROOT));
        webhook.send(alert);
    }
}
