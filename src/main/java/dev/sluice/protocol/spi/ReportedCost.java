package dev.sluice.protocol.spi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * The cost that a provider reports with its usage: dollars ({@code cost}, OpenRouter), an object with
 * {@code total_cost} (Perplexity), or ticks ({@code cost_in_usd_ticks}, xAI).
 */
public final class ReportedCost {

    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);
    /** xAI documents 10,000,000,000 ticks as one US dollar. */
    private static final long TICKS_PER_NANO = 10;
    /** A higher cost of one request is a provider's mistake. */
    private static final long MAX_NANOS = AttemptRecord.MAX_COST_NANO_USD;

    private static final BigDecimal MAX_USD = BigDecimal.valueOf(MAX_NANOS).divide(NANOS);

    private ReportedCost() {}

    /**
     * Nano-dollars, rounded to the nearest; {@link Usage#NO_COST} when none is reported, or one in another currency;
     * {@link Usage#MAX_COST}, which is no possible cost, for one that is negative or above a million dollars.
     */
    public static long nanoUsd(JsonNode usage) {
        JsonNode ticks = usage.path("cost_in_usd_ticks");
        if (ticks.isIntegralNumber()) {
            long nanos = ticks.canConvertToLong() ? ticks.longValue() / TICKS_PER_NANO : Usage.MAX_COST;
            return ticks.canConvertToLong() && ticks.longValue() < 0 || nanos > MAX_NANOS ? Usage.MAX_COST : nanos;
        }
        JsonNode cost = usage.path("cost");
        String currency = Json.textAt(cost, "currency");
        JsonNode dollars = cost.isObject() ? cost.path("total_cost") : cost;
        if (!dollars.isNumber() || currency != null && !currency.equals("USD")) {
            return Usage.NO_COST;
        }
        // Compared before scaling: a huge exponent would exhaust the memory.
        BigDecimal usd = dollars.decimalValue();
        if (usd.signum() < 0 || usd.compareTo(MAX_USD) > 0) {
            return Usage.MAX_COST;
        }
        return usd.precision() - usd.scale() < -12
                ? 0
                : usd.multiply(NANOS).setScale(0, RoundingMode.HALF_UP).longValue();
    }
}
