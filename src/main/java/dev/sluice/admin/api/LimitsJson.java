package dev.sluice.admin.api;

import static dev.sluice.admin.api.JsonField.Kind.FLAG;
import static dev.sluice.admin.api.JsonField.Kind.NUMBER;
import static dev.sluice.admin.api.JsonField.Kind.WHOLE;

import dev.sluice.model.Budget;
import dev.sluice.model.Limits;
import dev.sluice.model.Role;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Limits and budgets in JSON, the same for keys, teams and tiers. */
public final class LimitsJson {

    public static final JsonShape LIMITS = JsonShape.of(
            JsonField.of("rpm", WHOLE, "Requests per minute; 0 for no limit"),
            JsonField.of("tpm", WHOLE, "Tokens per minute, prompt and completion together; 0 for no limit"),
            JsonField.of("input_tpm", WHOLE, "Prompt tokens per minute; 0 for no limit"),
            JsonField.of("output_tpm", WHOLE, "Completion tokens per minute; 0 for no limit"),
            JsonField.of("concurrency", WHOLE, "Concurrent requests; 0 for no limit"));

    public static final List<String> ROLES = labels(Role.values());

    private static final List<String> PERIODS = labels(Budget.Period.values());
    private static final List<String> UNCOUNTED = labels(Budget.Uncounted.values());
    private static final double WARN_AT = 0.8;
    private static final double MOST_USD = 1e9;
    private static final int NANO_DIGITS = 9;

    public static final JsonShape BUDGET = JsonShape.of(
            JsonField.of("usd", NUMBER, "US dollars, to a billionth").asRequired(),
            JsonField.word("period", PERIODS, "When it is reset, at midnight UTC; default: month")
                    .formerly("per"),
            JsonField.of("warn_at", NUMBER, "Spent share at which a warning is sent, 0 to 1; default: 0.8"),
            JsonField.of("hard", FLAG, "Whether requests that might exceed it are refused; default: true"),
            JsonField.word(
                    "uncounted",
                    UNCOUNTED,
                    "Whether a hard budget refuses or allows requests whose cost cannot be counted; default: refuse"));

    /** As members of responses. */
    public static final JsonField LIMITS_VIEW =
            JsonField.object("limits", LIMITS.allRequired(), "Its own limits").asRequired();

    public static final JsonField BUDGET_VIEW =
            JsonField.object("budget", BUDGET.allRequired(), "Its own budget; null for none");

    private LimitsJson() {}

    /** Absent members keep the fallback's values. */
    public static Limits limits(JsonFields fields, Limits fallback) {
        return new Limits(
                fields.whole("rpm", fallback.rpm()),
                fields.whole("tpm", fallback.tpm()),
                fields.whole("input_tpm", fallback.inputTpm()),
                fields.whole("output_tpm", fallback.outputTpm()),
                Math.toIntExact(fields.whole("concurrency", fallback.concurrency())));
    }

    public static Budget budget(JsonFields fields) {
        double usd = fields.number("usd", 0);
        double warnAt = fields.number("warn_at", WARN_AT);
        if (usd > MOST_USD) {
            throw JsonFields.invalid("budget.usd", "is too high (expected: up to 1000000000)");
        }
        if (warnAt > 1) {
            throw JsonFields.invalid("budget.warn_at", "is above 1 (expected: a share of 0 to 1)");
        }
        String period = fields.text("period");
        String uncounted = fields.text("uncounted");
        return new Budget(
                Math.round(usd * 1e9),
                period == null ? Budget.Period.MONTH : Budget.Period.valueOf(period.toUpperCase(Locale.ROOT)),
                warnAt,
                fields.flag("hard", true),
                uncounted == null
                        ? Budget.Uncounted.REFUSE
                        : Budget.Uncounted.valueOf(uncounted.toUpperCase(Locale.ROOT)));
    }

    public static JsonObject view(Limits limits) {
        return new JsonObject()
                .put("rpm", limits.rpm())
                .put("tpm", limits.tpm())
                .put("input_tpm", limits.inputTpm())
                .put("output_tpm", limits.outputTpm())
                .put("concurrency", limits.concurrency());
    }

    /** Null for none. */
    public static JsonObject view(Budget budget) {
        return budget == null
                ? null
                : new JsonObject()
                        .put("usd", usd(budget.nanoUsd()))
                        .put("period", label(budget.period()))
                        .put("warn_at", budget.warnAt())
                        .put("hard", budget.hard())
                        .put("uncounted", label(budget.uncounted()));
    }

    /** Exact, so that 0.1 + 0.2 is 0.3. */
    public static BigDecimal usd(long nanoUsd) {
        BigDecimal exact = BigDecimal.valueOf(nanoUsd, NANO_DIGITS).stripTrailingZeros();
        return exact.scale() < 0 ? exact.setScale(0) : exact;
    }

    public static List<String> labels(Enum<?>[] values) {
        return Stream.of(values).map(LimitsJson::label).toList();
    }

    public static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
