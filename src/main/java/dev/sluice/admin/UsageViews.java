package dev.sluice.admin;

import static dev.sluice.admin.api.JsonField.Kind.COUNT;
import static dev.sluice.admin.api.JsonField.Kind.NUMBER;
import static dev.sluice.admin.api.JsonField.Kind.TEXT;
import static dev.sluice.admin.api.JsonField.Kind.TIME;

import dev.sluice.admin.api.Csv;
import dev.sluice.admin.api.JsonField;
import dev.sluice.admin.api.JsonShape;
import dev.sluice.admin.api.LimitsJson;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
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
import java.util.stream.Stream;

/** Usage sums and ledger rows in admin responses, in JSON and CSV with the same names. */
final class UsageViews {

    static final JsonShape SUMS = JsonShape.page(
                    "usage",
                    JsonShape.of(Stream.of(Dimension.values())
                                    .map(by -> JsonField.of(
                                            LimitsJson.label(by), TEXT, "If named in group_by; may be empty"))
                                    .toArray(JsonField[]::new))
                            .and(
                                    JsonField.always("requests", COUNT, "Requests, counted at their first attempt"),
                                    JsonField.always("attempts", COUNT, "Rows of the ledger"),
                                    JsonField.always("failed", COUNT, "Failed attempts"),
                                    JsonField.always("cancelled", COUNT, "Attempts cancelled by the client"),
                                    JsonField.always("prompt_tokens", COUNT, "Including cache reads and writes"),
                                    JsonField.always("completion_tokens", COUNT, "Including reasoning"),
                                    JsonField.always(
                                            "cached_tokens",
                                            COUNT,
                                            "Part of the prompts read from the provider's cache"),
                                    JsonField.always(
                                            "cache_write_tokens",
                                            COUNT,
                                            "Part of the prompts written to the provider's cache"),
                                    JsonField.always("reasoning_tokens", COUNT, "Part of the completions"),
                                    JsonField.always("cost_usd", NUMBER, "Sum of all known costs"),
                                    JsonField.always("unpriced", COUNT, "Attempts of unknown cost")))
            .and(JsonField.always("from", TIME, "Start, inclusive"), JsonField.always("to", TIME, "End, exclusive"));

    static final JsonShape ROW = JsonShape.of(
            JsonField.always("request_id", TEXT, ""),
            JsonField.always("attempt", COUNT, "From 1"),
            JsonField.always("started_at", TIME, ""),
            JsonField.always("key", TEXT, "Public id of the key"),
            JsonField.of("team", TEXT, ""),
            JsonField.of("tier", TEXT, ""),
            JsonField.of("route", TEXT, "Null for requests to provider/model"),
            JsonField.always("provider", TEXT, ""),
            JsonField.always("model", TEXT, "Model name at the provider"),
            JsonField.always("endpoint", TEXT, ""),
            JsonField.oneOf("outcome", "ok", "failed", "cancelled"),
            JsonField.of("error_code", TEXT, "Why it failed"),
            JsonField.always("status", COUNT, "Status of the provider, or of the error in its place"),
            JsonField.always("duration_ms", COUNT, ""),
            JsonField.of("first_token_ms", COUNT, "Time to the first token; null without one"),
            JsonField.always("prompt_tokens", COUNT, "Including cache reads and writes"),
            JsonField.always("completion_tokens", COUNT, "Including reasoning"),
            JsonField.always("cached_tokens", COUNT, "Part of the prompt read from the provider's cache"),
            JsonField.always("cache_write_tokens", COUNT, "Part of the prompt written to the provider's cache"),
            JsonField.always("reasoning_tokens", COUNT, "Part of the completion"),
            JsonField.of("cost_usd", NUMBER, "Null if unknown"),
            JsonField.word("cost_source", LimitsJson.labels(CostSource.values()), "How the cost is known")
                    .asRequired());

    private UsageViews() {}

    /** @param by the dimensions of the query */
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
        Csv csv = new Csv(ROW.members());
        rows.forEach(row -> csv.line(new ArrayList<>(members(row.attempt()).values())));
        return csv.toString();
    }

    private static Map<String, Object> members(UsageRow row, List<Dimension> by) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (Dimension dimension : by) {
            members.put(
                    LimitsJson.label(dimension),
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
        members.put("cost_usd", LimitsJson.usd(row.costNanoUsd()));
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
        members.put("endpoint", row.surface());
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
        members.put("cost_source", LimitsJson.label(row.costSource()));
        return members;
    }

    /** Null if unknown. */
    private static BigDecimal cost(AttemptRecord row) {
        return row.costNanoUsd() < 0 ? null : LimitsJson.usd(row.costNanoUsd());
    }

    /** A day without its time. */
    private static String begins(Instant begins, Dimension dimension) {
        if (begins == null) {
            return "";
        }
        String text = begins.toString();
        return dimension == Dimension.DAY ? text.substring(0, text.indexOf('T')) : text;
    }
}
