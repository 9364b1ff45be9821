package dev.sluice.admin;

import dev.sluice.admin.api.Answer;
import dev.sluice.admin.api.Call;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.Fields;
import dev.sluice.admin.api.Gives;
import dev.sluice.admin.api.Page;
import dev.sluice.admin.api.Param;
import dev.sluice.admin.api.Shape;
import dev.sluice.admin.api.Terms;
import dev.sluice.model.LedgerRow;
import dev.sluice.store.LedgerQuery;
import dev.sluice.store.UsageQuery;
import dev.sluice.store.UsageQuery.Dimension;
import dev.sluice.store.UsageRow;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What was used and what it cost: sums, and the rows they were made of. */
final class UsageEndpoints {

    private static final Duration USUAL_TIME = Duration.ofDays(30);
    private static final int MAX_OFFSET = 10_000_000;
    private static final List<String> FORMATS = List.of("json", "csv");
    private static final List<Dimension> FILTERS = List.of(
            Dimension.KEY, Dimension.TEAM, Dimension.TIER, Dimension.ROUTE, Dimension.PROVIDER, Dimension.MODEL);
    private static final List<String> WORDS = Terms.words(Dimension.values());

    private final TenantSources tenants;

    private UsageEndpoints(TenantSources tenants) {
        this.tenants = tenants;
    }

    static List<Endpoint> of(TenantSources tenants) {
        UsageEndpoints here = new UsageEndpoints(tenants);
        List<Param> sums = new ArrayList<>(List.of(
                Param.FROM,
                Param.TO,
                new Param("group_by", "what to tell apart, comma separated: " + String.join(", ", WORDS)),
                Param.FORMAT,
                Param.LIMIT,
                Param.CURSOR));
        FILTERS.forEach(filter -> sums.add(new Param(Terms.word(filter), "only of this one")));
        return List.of(
                Endpoint.get(
                                "/usage",
                                "sums by key, team, tier, route, provider, model, day or hour",
                                Gives.json(UsageViews.SUMS).or("text/csv"),
                                here::sums)
                        .query(sums.toArray(Param[]::new)),
                Endpoint.get(
                                "/usage/rows",
                                "one row for each attempt, the newest first",
                                Gives.json(Shape.page("rows", UsageViews.ROW)).or("text/csv"),
                                here::rows)
                        .query(
                                Param.FROM,
                                Param.TO,
                                new Param("key", "only of this one"),
                                new Param("team", "only of this one"),
                                new Param("request_id", "only of this one"),
                                Param.FORMAT,
                                Param.LIMIT,
                                Param.CURSOR));
    }

    private Future<Answer> sums(Call call) {
        Instant now = Instant.now();
        Instant from = call.time("from", now.minus(USUAL_TIME));
        Instant to = call.time("to", now.plusSeconds(1));
        Set<Dimension> by = dimensions(call);
        Map<Dimension, String> only = new EnumMap<>(Dimension.class);
        FILTERS.forEach(filter -> call.asked(Terms.word(filter)).ifPresent(value -> only.put(filter, value)));
        boolean csv = call.word("format", FORMATS).equals("csv");
        int limit = call.limit();
        int offset = offset(call);
        return tenants.stored()
                .usage()
                .query(new UsageQuery(from, to, by, only, offset, limit + 1))
                .map(found -> {
                    Page<UsageRow> page = Page.of(found, limit, last -> String.valueOf(offset + limit));
                    List<Dimension> order = List.copyOf(by);
                    return csv
                            ? Answer.csv(UsageViews.csv(page.items(), order), page.next())
                            : Answer.json(new JsonObject()
                                    .put("from", from.toString())
                                    .put("to", to.toString())
                                    .put("usage", AdminViews.array(page.items(), row -> UsageViews.sum(row, order)))
                                    .put(Page.NEXT.name(), page.next()));
                });
    }

    private Future<Answer> rows(Call call) {
        Instant now = Instant.now();
        Instant from = call.time("from", now.minus(USUAL_TIME));
        Instant to = call.time("to", now.plusSeconds(1));
        boolean csv = call.word("format", FORMATS).equals("csv");
        int limit = call.limit();
        return tenants.stored()
                .ledger()
                .list(new LedgerQuery(
                        from,
                        to,
                        call.asked("key").orElse(null),
                        call.asked("team").orElse(null),
                        call.asked("request_id").orElse(null),
                        call.asked("cursor").map(UsageEndpoints::cursor).orElse(null),
                        limit + 1))
                .map(found -> {
                    Page<LedgerRow> page = Page.of(found, limit, UsageEndpoints::cursor);
                    return csv
                            ? Answer.csv(UsageViews.rowsCsv(page.items()), page.next())
                            : page.answer("rows", UsageViews::row);
                });
    }

    private static Set<Dimension> dimensions(Call call) {
        Set<Dimension> by = EnumSet.noneOf(Dimension.class);
        call.asked("group_by")
                .ifPresent(words -> Stream.of(words.split(",", -1))
                        .map(String::strip)
                        .forEach(word -> {
                            if (!WORDS.contains(word)) {
                                throw Fields.invalid(
                                        "group_by",
                                        "has a word that is unknown (expected: some of " + String.join(", ", WORDS)
                                                + ")");
                            }
                            by.add(Dimension.valueOf(word.toUpperCase(Locale.ROOT)));
                        }));
        return by;
    }

    private static int offset(Call call) {
        String cursor = call.asked("cursor").orElse("0");
        int offset = cursor.matches("\\d{1,8}") ? Integer.parseInt(cursor) : -1;
        if (offset < 0 || offset > MAX_OFFSET) {
            throw wrongCursor();
        }
        return offset;
    }

    private static String cursor(LedgerRow row) {
        String place = row.id() + ":" + row.process();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(StandardCharsets.UTF_8));
    }

    private static LedgerQuery.Cursor cursor(String text) {
        try {
            String[] place = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(":", 2);
            return new LedgerQuery.Cursor(Long.parseLong(place[0]), Long.parseLong(place[1]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException notOurs) {
            throw wrongCursor();
        }
    }

    private static dev.sluice.model.GatewayException wrongCursor() {
        return Fields.invalid("cursor", "is none of ours (expected: next of the page before)");
    }
}
