package dev.sluice.admin;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.LedgerRow;
import dev.sluice.store.UsageQuery.Dimension;
import dev.sluice.store.UsageRow;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sums and rows as the API shows them, in JSON and CSV under the same names. */
final class UsageViews {

    private UsageViews() {}

    /** @param by what was asked to be told apart */
    static JsonObject sum(UsageRow row, List<Dimension> by) {
        return new JsonObject(members(row, by));
    }

    static String csv(List<UsageRow> rows, List<Dimension> by) {
        UsageRow empty = new UsageRow(Map.of(), null, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        Csv csv = new Csv(List.copyOf(members(empty, by).keySet()));
        rows.forEach(row -> csv.line(new ArrayList<>(members(row, by).values())));
        return csv.toString();
    }

    static JsonObject row(LedgerRow row) {
        return new JsonObject(members(row.attempt()));
    }

    static String rowsCsv(List<LedgerRow> rows) {
        Csv csv = new Csv(List.of(
                "request_id",
                "attempt",
                "started_at",
                "key",
                "team",
                "tier",
                "route",
                "provider",
                "model",
                "surface",
                "outcome",
                "error_code",
                "status",
                "duration_ms",
                "first_token_ms",
                "prompt_tokens",
                "completion_tokens",
                "cached_tokens",
                "cache_write_tokens",
                "reasoning_tokens",
                "cost_usd",
                "cost_source"));
        rows.forEach(row -> csv.line(new ArrayList<>(members(row.attempt()).values())));
        return csv.toString();
    }

    private static Map<String, Object> members(UsageRow row, List<Dimension> by) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (Dimension dimension : by) {
            members.put(
                    Terms.word(dimension),
                    dimension == Dimension.DAY || dimension == Dimension.HOUR
                            ? begins(row.begins(), dimension)
                            : row.of().getOrDefault(dimension, ""));
        }
        members.put("requests", row.requests());
        members.put("attempts", row.attempts());
        members.put("failed", row.failed());
        members.put("cancelled", row.cancelled());
        members.put("prompt_tokens", row.promptTokens());
        members.put("completion_tokens", row.completionTokens());
        members.put("cached_tokens", row.cachedTokens());
        members.put("cache_write_tokens", row.cacheWriteTokens());
        members.put("reasoning_tokens", row.reasoningTokens());
        members.put("cost_usd", Terms.usd(row.costNanoUsd()));
        members.put("unpriced", row.unpriced());
        return members;
    }

    private static Map<String, Object> members(AttemptRecord row) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("request_id", row.requestId());
        members.put("attempt", row.attempt());
        members.put("started_at", Instant.ofEpochMilli(row.startEpochMillis()).toString());
        members.put("key", row.key());
        members.put("team", row.team());
        members.put("tier", row.tier());
        members.put("route", row.route());
        members.put("provider", row.provider());
        members.put("model", row.model());
        members.put("surface", row.surface());
        members.put("outcome", row.outcome());
        members.put("error_code", row.errorCode());
        members.put("status", row.status());
        members.put("duration_ms", row.durationMillis());
        members.put("first_token_ms", row.firstTokenMillis() < 0 ? null : row.firstTokenMillis());
        members.put("prompt_tokens", row.usage().promptTokens());
        members.put("completion_tokens", row.usage().completionTokens());
        members.put("cached_tokens", row.usage().cachedTokens());
        members.put("cache_write_tokens", row.usage().cacheWriteTokens());
        members.put("reasoning_tokens", row.usage().reasoningTokens());
        members.put("cost_usd", cost(row));
        members.put("cost_source", Terms.word(row.costSource()));
        return members;
    }

    /** Null when nobody knows. */
    private static BigDecimal cost(AttemptRecord row) {
        return row.costNanoUsd() < 0 ? null : Terms.usd(row.costNanoUsd());
    }

    /** A day as a day. */
    private static String begins(Instant begins, Dimension dimension) {
        if (begins == null) {
            return "";
        }
        String text = begins.toString();
        return dimension == Dimension.DAY ? text.substring(0, text.indexOf('T')) : text;
    }
}
