package dev.sluice.admin;

import dev.sluice.admin.api.AdminRequest;
import dev.sluice.admin.api.AdminResponse;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.JsonFields;
import dev.sluice.admin.api.JsonShape;
import dev.sluice.admin.api.LimitsJson;
import dev.sluice.admin.api.Page;
import dev.sluice.admin.api.QueryParameter;
import dev.sluice.admin.api.ResponseSpec;
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
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Endpoints of usage and cost: sums, and the rows of the ledger. */
final class UsageEndpoints {

    private static final Duration DEFAULT_RANGE = Duration.ofDays(30);
    private static final Pattern OFFSET = Pattern.compile("\\d{1,8}");
    private static final int MAX_OFFSET = 10_000_000;
    private static final List<String> FORMATS = List.of("json", "csv");
    private static final List<Dimension> FILTERS = List.of(
            Dimension.KEY, Dimension.TEAM, Dimension.TIER, Dimension.ROUTE, Dimension.PROVIDER, Dimension.MODEL);
    private static final List<String> WORDS = LimitsJson.labels(Dimension.values());

    private final TenantSources tenants;

    private UsageEndpoints(TenantSources tenants) {
        this.tenants = tenants;
    }

    static List<Endpoint> of(TenantSources tenants) {
        UsageEndpoints endpoints = new UsageEndpoints(tenants);
        List<QueryParameter> sums = new ArrayList<>(List.of(
                QueryParameter.FROM,
                QueryParameter.TO,
                new QueryParameter("group_by", "Dimensions to group by, comma separated: " + String.join(", ", WORDS)),
                QueryParameter.FORMAT,
                QueryParameter.LIMIT,
                QueryParameter.CURSOR));
        FILTERS.forEach(filter -> sums.add(
                new QueryParameter(LimitsJson.label(filter), "Only usage of this " + LimitsJson.label(filter))));
        return List.of(
                Endpoint.get(
                                "/usage",
                                "Sum usage by key, team, tier, route, provider, model, day or hour",
                                ResponseSpec.json(UsageViews.SUMS).or("text/csv"),
                                endpoints::sums)
                        .query(sums.toArray(QueryParameter[]::new)),
                Endpoint.get(
                                "/usage/rows",
                                "List the ledger, one row for each attempt, newest first",
                                ResponseSpec.json(JsonShape.page("rows", UsageViews.ROW))
                                        .or("text/csv"),
                                endpoints::rows)
                        .query(
                                QueryParameter.FROM,
                                QueryParameter.TO,
                                new QueryParameter("key", "Only rows of this key"),
                                new QueryParameter("team", "Only rows of this team"),
                                new QueryParameter("request_id", "Only rows of this request"),
                                QueryParameter.FORMAT,
                                QueryParameter.LIMIT,
                                QueryParameter.CURSOR));
    }

    private Future<AdminResponse> sums(AdminRequest request) {
        Instant now = Instant.now();
        Instant from = request.time("from", now.minus(DEFAULT_RANGE));
        Instant to = request.time("to", now.plusSeconds(1));
        Set<Dimension> by = dimensions(request);
        Map<Dimension, String> only = new EnumMap<>(Dimension.class);
        FILTERS.forEach(
                filter -> request.parameter(LimitsJson.label(filter)).ifPresent(value -> only.put(filter, value)));
        boolean csv = request.choice("format", FORMATS).equals("csv");
        int limit = request.limit();
        int offset = offset(request);
        return tenants.stored()
                .usage()
                .query(new UsageQuery(from, to, by, only, offset, limit + 1))
                .map(found -> {
                    Page<UsageRow> page = Page.of(found, limit, last -> String.valueOf(offset + limit));
                    List<Dimension> order = List.copyOf(by);
                    return csv
                            ? AdminResponse.csv(UsageViews.csv(page.items(), order), page.next())
                            : AdminResponse.json(new JsonObject()
                                    .put("from", from.toString())
                                    .put("to", to.toString())
                                    .put("usage", AdminViews.array(page.items(), row -> UsageViews.sum(row, order)))
                                    .put(Page.NEXT.name(), page.next()));
                });
    }

    private Future<AdminResponse> rows(AdminRequest request) {
        Instant now = Instant.now();
        Instant from = request.time("from", now.minus(DEFAULT_RANGE));
        Instant to = request.time("to", now.plusSeconds(1));
        boolean csv = request.choice("format", FORMATS).equals("csv");
        int limit = request.limit();
        return tenants.stored()
                .ledger()
                .list(new LedgerQuery(
                        from,
                        to,
                        request.parameter("key").orElse(null),
                        request.parameter("team").orElse(null),
                        request.parameter("request_id").orElse(null),
                        request.parameter("cursor").map(UsageEndpoints::cursor).orElse(null),
                        limit + 1))
                .map(found -> {
                    Page<LedgerRow> page = Page.of(found, limit, UsageEndpoints::cursor);
                    return csv
                            ? AdminResponse.csv(UsageViews.rowsCsv(page.items()), page.next())
                            : page.response("rows", UsageViews::row);
                });
    }

    private static Set<Dimension> dimensions(AdminRequest request) {
        Set<Dimension> by = EnumSet.noneOf(Dimension.class);
        request.parameter("group_by")
                .ifPresent(words -> Stream.of(words.split(",", -1))
                        .map(String::strip)
                        .forEach(word -> {
                            if (!WORDS.contains(word)) {
                                throw JsonFields.invalid(
                                        "group_by",
                                        "has an unknown dimension (expected: some of " + String.join(", ", WORDS)
                                                + ")");
                            }
                            by.add(Dimension.valueOf(word.toUpperCase(Locale.ROOT)));
                        }));
        return by;
    }

    private static int offset(AdminRequest request) {
        String cursor = request.cursor(OFFSET);
        int offset = cursor == null ? 0 : Integer.parseInt(cursor);
        if (offset > MAX_OFFSET) {
            throw AdminRequest.invalidCursor();
        }
        return offset;
    }

    private static String cursor(LedgerRow row) {
        String position = row.id() + ":" + row.process();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(position.getBytes(StandardCharsets.UTF_8));
    }

    private static LedgerQuery.Cursor cursor(String text) {
        try {
            String[] position = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(":", 2);
            return new LedgerQuery.Cursor(Long.parseLong(position[0]), Long.parseLong(position[1]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException notOurs) {
            throw AdminRequest.invalidCursor();
        }
    }
}
