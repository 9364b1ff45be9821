package dev.sluice.admin;

import static dev.sluice.admin.api.Field.Kind.COUNT;
import static dev.sluice.admin.api.Field.Kind.NUMBER;
import static dev.sluice.admin.api.Field.Kind.TEXT;
import static dev.sluice.admin.api.Field.Kind.TIME;

import dev.sluice.admin.api.Csv;
import dev.sluice.admin.api.Field;
import dev.sluice.admin.api.Shape;
import dev.sluice.admin.api.Terms;
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

    static final Shape SUMS = Shape.page(
                    "usage",
                    Shape.of(Stream.of(Dimension.values())
                                    .map(by ->
                                            Field.of(Terms.word(by), TEXT, "where asked for in group_by; may be empty"))
                                    .toArray(Field[]::new))
                            .and(
                                    Field.sure("requests", COUNT, "each where its first attempt went"),
                                    Field.sure("attempts", COUNT, "rows of the ledger"),
                                    Field.sure("failed", COUNT, "attempts that did"),
                                    Field.sure("cancelled", COUNT, "attempts that the client gave up"),
                                    Field.sure("prompt_tokens", COUNT, "with those from and to the cache"),
                                    Field.sure("completion_tokens", COUNT, "with those of reasoning"),
                                    Field.sure(
                                            "cached_tokens", COUNT, "of the prompts, read from the provider's cache"),
                                    Field.sure(
                                            "cache_write_tokens",
                                            COUNT,
                                            "of the prompts, written to the provider's cache"),
                                    Field.sure("reasoning_tokens", COUNT, "of the completions"),
                                    Field.sure("cost_usd", NUMBER, "of all whose cost is known"),
                                    Field.sure("unpriced", COUNT, "attempts whose cost nobody knows")))
            .and(Field.sure("from", TIME, "the first moment"), Field.sure("to", TIME, "the end, without it"));

    static final Shape ROW = Shape.of(
            Field.sure("request_id", TEXT, ""),
            Field.sure("attempt", COUNT, "from 1"),
            Field.sure("started_at", TIME, ""),
            Field.sure("key", TEXT, "public id of who asked"),
            Field.of("team", TEXT, ""),
            Field.of("tier", TEXT, ""),
            Field.of("route", TEXT, "null when provider/model was asked for"),
            Field.sure("provider", TEXT, ""),
            Field.sure("model", TEXT, "its name at the provider"),
            Field.sure("surface", TEXT, ""),
            Field.oneOf("outcome", "ok", "failed", "cancelled"),
            Field.of("error_code", TEXT, "why it failed"),
            Field.sure("status", COUNT, "the provider's, or what stands for its failure"),
            Field.sure("duration_ms", COUNT, ""),
            Field.of("first_token_ms", COUNT, "to the first of the answer; null when none came"),
            Field.sure("prompt_tokens", COUNT, "with those from and to the cache"),
            Field.sure("completion_tokens", COUNT, "with those of reasoning"),
            Field.sure("cached_tokens", COUNT, "of the prompt, read from the provider's cache"),
            Field.sure("cache_write_tokens", COUNT, "of the prompt, written to the provider's cache"),
            Field.sure("reasoning_tokens", COUNT, "of the completion"),
            Field.of("cost_usd", NUMBER, "null when nobody knows"),
            Field.word("cost_source", Terms.words(CostSource.values()), "how much the cost is worth")
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
