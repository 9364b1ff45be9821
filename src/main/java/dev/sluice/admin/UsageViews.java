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

/** Sums and rows as the API shows them, in JSON and CSV under the same names. */
final class UsageViews {

    static final JsonShape SUMS = JsonShape.page(
                    "usage",
                    JsonShape.of(Stream.of(Dimension.values())
                                    .map(by -> JsonField.of(
                                            LimitsJson.word(by), TEXT, "where asked for in group_by; may be empty"))
                                    .toArray(JsonField[]::new))
                            .and(
                                    JsonField.sure("requests", COUNT, "each where its first attempt went"),
                                    JsonField.sure("attempts", COUNT, "rows of the ledger"),
                                    JsonField.sure("failed", COUNT, "attempts that did"),
                                    JsonField.sure("cancelled", COUNT, "attempts that the client gave up"),
                                    JsonField.sure("prompt_tokens", COUNT, "with those from and to the cache"),
                                    JsonField.sure("completion_tokens", COUNT, "with those of reasoning"),
                                    JsonField.sure(
                                            "cached_tokens", COUNT, "of the prompts, read from the provider's cache"),
                                    JsonField.sure(
                                            "cache_write_tokens",
                                            COUNT,
                                            "of the prompts, written to the provider's cache"),
                                    JsonField.sure("reasoning_tokens", COUNT, "of the completions"),
                                    JsonField.sure("cost_usd", NUMBER, "of all whose cost is known"),
                                    JsonField.sure("unpriced", COUNT, "attempts whose cost nobody knows")))
            .and(JsonField.sure("from", TIME, "the first moment"), JsonField.sure("to", TIME, "the end, without it"));

    static final JsonShape ROW = JsonShape.of(
            JsonField.sure("request_id", TEXT, ""),
            JsonField.sure("attempt", COUNT, "from 1"),
            JsonField.sure("started_at", TIME, ""),
            JsonField.sure("key", TEXT, "public id of who asked"),
            JsonField.of("team", TEXT, ""),
            JsonField.of("tier", TEXT, ""),
            JsonField.of("route", TEXT, "null when provider/model was asked for"),
            JsonField.sure("provider", TEXT, ""),
            JsonField.sure("model", TEXT, "its name at the provider"),
            JsonField.sure("surface", TEXT, ""),
            JsonField.oneOf("outcome", "ok", "failed", "cancelled"),
            JsonField.of("error_code", TEXT, "why it failed"),
            JsonField.sure("status", COUNT, "the provider's, or what stands for its failure"),
            JsonField.sure("duration_ms", COUNT, ""),
            JsonField.of("first_token_ms", COUNT, "to the first of the answer; null when none came"),
            JsonField.sure("prompt_tokens", COUNT, "with those from and to the cache"),
            JsonField.sure("completion_tokens", COUNT, "with those of reasoning"),
            JsonField.sure("cached_tokens", COUNT, "of the prompt, read from the provider's cache"),
            JsonField.sure("cache_write_tokens", COUNT, "of the prompt, written to the provider's cache"),
            JsonField.sure("reasoning_tokens", COUNT, "of the completion"),
            JsonField.of("cost_usd", NUMBER, "null when nobody knows"),
            JsonField.word("cost_source", LimitsJson.words(CostSource.values()), "how much the cost is worth")
                    .needed());

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
        Csv csv = new Csv(ROW.members());
        rows.forEach(row -> csv.line(new ArrayList<>(members(row.attempt()).values())));
        return csv.toString();
    }

    private static Map<String, Object> members(UsageRow row, List<Dimension> by) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (Dimension dimension : by) {
            members.put(
                    LimitsJson.word(dimension),
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
        members.put("cost_source", LimitsJson.word(row.costSource()));
        return members;
    }

    /** Null when nobody knows. */
    private static BigDecimal cost(AttemptRecord row) {
        return row.costNanoUsd() < 0 ? null : LimitsJson.usd(row.costNanoUsd());
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
