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

/** Limits and budgets as the API reads and writes them: those of keys, teams and tiers alike. */
public final class LimitsJson {

    public static final JsonShape LIMITS = JsonShape.of(
            JsonField.of("rpm", WHOLE, "requests a minute; 0: no limit"),
            JsonField.of("tpm", WHOLE, "tokens a minute, prompt and completion together; 0: no limit"),
            JsonField.of("input_tpm", WHOLE, "tokens of prompts a minute; 0: no limit"),
            JsonField.of("output_tpm", WHOLE, "tokens of completions a minute; 0: no limit"),
            JsonField.of("concurrency", WHOLE, "requests at once; 0: no limit"));

    public static final List<String> WORDS_OF_ROLES = words(Role.values());

    private static final List<String> PERIODS = words(Budget.Period.values());
    private static final double WARN_AT = 0.8;
    private static final double MOST_USD = 1e9;
    private static final int NANO_DIGITS = 9;

    public static final JsonShape BUDGET = JsonShape.of(
            JsonField.of("usd", NUMBER, "US dollars, to a billionth").needed(),
            JsonField.word("period", PERIODS, "how often it is reset, at midnight UTC; month when left out")
                    .formerly("per"),
            JsonField.of("warn_at", NUMBER, "share of it from which callers are warned, 0 to 1; 0.8 when left out"),
            JsonField.of("hard", FLAG, "whether a request that might exceed it is refused; true when left out"));

    /** As they are shown. */
    public static final JsonField LIMITS_SHOWN =
            JsonField.object("limits", LIMITS.whole(), "its own").needed();

    public static final JsonField BUDGET_SHOWN = JsonField.object("budget", BUDGET.whole(), "its own; null for none");

    private LimitsJson() {}

    /** What is left out stays as it is. */
    public static Limits limits(JsonFields given, Limits or) {
        return new Limits(
                given.whole("rpm", or.rpm()),
                given.whole("tpm", or.tpm()),
                given.whole("input_tpm", or.inputTpm()),
                given.whole("output_tpm", or.outputTpm()),
                Math.toIntExact(given.whole("concurrency", or.concurrency())));
    }

    public static Budget budget(JsonFields given) {
        double usd = given.number("usd", 0);
        double warnAt = given.number("warn_at", WARN_AT);
        if (usd > MOST_USD) {
            throw JsonFields.invalid("budget.usd", "is too much (expected: up to 1000000000)");
        }
        if (warnAt > 1) {
            throw JsonFields.invalid("budget.warn_at", "is above 1 (expected: a share, 0 to 1)");
        }
        String period = given.text("period");
        return new Budget(
                Math.round(usd * 1e9),
                period == null ? Budget.Period.MONTH : Budget.Period.valueOf(period.toUpperCase(Locale.ROOT)),
                warnAt,
                given.flag("hard", true));
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
                        .put("period", word(budget.period()))
                        .put("warn_at", budget.warnAt())
                        .put("hard", budget.hard());
    }

    /** Exact: 0.1 and 0.2 are 0.3 here. */
    public static BigDecimal usd(long nanoUsd) {
        BigDecimal exact = BigDecimal.valueOf(nanoUsd, NANO_DIGITS).stripTrailingZeros();
        return exact.scale() < 0 ? exact.setScale(0) : exact;
    }

    public static List<String> words(Enum<?>[] values) {
        return Stream.of(values).map(LimitsJson::word).toList();
    }

    public static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
