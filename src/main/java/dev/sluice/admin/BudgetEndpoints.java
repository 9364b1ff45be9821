package dev.sluice.admin;

import static dev.sluice.admin.api.JsonField.Kind.NUMBER;
import static dev.sluice.admin.api.JsonField.Kind.TEXT;
import static dev.sluice.admin.api.JsonField.Kind.TIME;

import dev.sluice.admin.api.AdminRequest;
import dev.sluice.admin.api.AdminResponse;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.JsonField;
import dev.sluice.admin.api.JsonShape;
import dev.sluice.admin.api.LimitsJson;
import dev.sluice.admin.api.Page;
import dev.sluice.admin.api.QueryParameter;
import dev.sluice.admin.api.ResponseSpec;
import dev.sluice.config.BudgetConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.TeamConfig;
import dev.sluice.config.TierConfig;
import dev.sluice.model.Budget;
import dev.sluice.quota.QuotaScope;
import dev.sluice.store.Snapshot;
import dev.sluice.store.StoredKey;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The endpoint with the state of each budget, served from memory. */
final class BudgetEndpoints {

    private static final JsonShape LINE = JsonShape.of(
            JsonField.oneOf("scope", QuotaScope.KEY.label(), QuotaScope.TEAM.label()),
            JsonField.always("name", TEXT, "Id of the key or name of the team"),
            JsonField.oneOf("of", QuotaScope.KEY.label(), QuotaScope.TIER.label(), QuotaScope.TEAM.label()),
            LimitsJson.BUDGET_VIEW.asRequired(),
            JsonField.always("spent_usd", NUMBER, "Spent in this period"),
            JsonField.always("reserved_usd", NUMBER, "Reserved for running requests"),
            JsonField.always("remaining_usd", NUMBER, "Left for new requests"),
            JsonField.of("period_start", TIME, "Null for a lifetime budget"),
            JsonField.of("period_end", TIME, "Null for a lifetime budget"));

    /** Scope, name and the scope that defines the budget. */
    private static final Pattern LINE_ID = Pattern.compile("(?:key|team):.+:(?:key|tier|team)", Pattern.DOTALL);

    private final TenantSources tenants;

    private BudgetEndpoints(TenantSources tenants) {
        this.tenants = tenants;
    }

    /** @param of the scope that defines the budget: the key itself, its tier, or the team */
    private record Line(QuotaScope scope, String name, QuotaScope of, Budget budget) {}

    static List<Endpoint> of(TenantSources tenants) {
        return List.of(Endpoint.get(
                        "/budgets",
                        "List the budgets of keys (their own and their tier's) and teams: spent, reserved, end of"
                                + " period",
                        ResponseSpec.json(JsonShape.page("budgets", LINE)),
                        new BudgetEndpoints(tenants)::list)
                .query(QueryParameter.CURSOR.formerly("after"), QueryParameter.LIMIT));
    }

    private Future<AdminResponse> list(AdminRequest request) {
        int limit = request.limit();
        NavigableMap<String, Line> lines = lines();
        String after = request.cursor(LINE_ID);
        Map<String, Line> rest = after == null ? lines : lines.tailMap(after, false);
        return Page.of(rest.keySet().stream().limit(limit + 1L).toList(), limit, id -> id)
                .response("budgets", id -> view(lines.get(id)))
                .toFuture();
    }

    private NavigableMap<String, Line> lines() {
        NavigableMap<String, Line> lines = new TreeMap<>();
        SluiceConfig config = tenants.config().get();
        Set<String> ofFile = new HashSet<>();
        config.auth().keys().forEach(key -> ofFile.add(key.id()));
        config.auth().keys().forEach(key -> key(lines, key.id(), key.tier(), budget(key.budget()), config));
        config.teams()
                .forEach((name, team) -> add(lines, QuotaScope.TEAM, name, QuotaScope.TEAM, budget(team.budget())));
        if (tenants.store() != null) {
            Snapshot snapshot = tenants.store().snapshot();
            Map<String, TeamConfig> fixed = config.teams();
            for (StoredKey key : snapshot.keys().values()) {
                // A key of the config file takes precedence over one with the same id in the store.
                if (key.revokedAt() == null && !ofFile.contains(key.id())) {
                    key(lines, key.id(), key.tier(), key.budget(), config);
                }
            }
            snapshot.teams().forEach((name, team) -> {
                if (!fixed.containsKey(name)) {
                    add(lines, QuotaScope.TEAM, name, QuotaScope.TEAM, team.budget());
                }
            });
        }
        return lines;
    }

    private static void key(Map<String, Line> lines, String id, String tier, Budget own, SluiceConfig config) {
        TierConfig of = tier == null ? null : config.tiers().get(tier);
        add(lines, QuotaScope.KEY, id, QuotaScope.KEY, own);
        add(lines, QuotaScope.KEY, id, QuotaScope.TIER, of == null ? null : budget(of.budget()));
    }

    private static void add(Map<String, Line> lines, QuotaScope scope, String name, QuotaScope of, Budget budget) {
        if (budget != null) {
            lines.put(scope.label() + ":" + name + ":" + of.label(), new Line(scope, name, of, budget));
        }
    }

    private static Budget budget(BudgetConfig config) {
        return config == null ? null : config.budget();
    }

    private JsonObject view(Line line) {
        Budget budget = line.budget();
        long spent = tenants.quota().spent(line.scope(), line.name(), budget.period());
        long reserved = tenants.quota().reserved(line.scope(), line.name(), budget.period());
        Instant since = tenants.quota().periodStart(budget.period());
        return new JsonObject()
                .put("scope", line.scope().label())
                .put("name", line.name())
                .put("of", line.of().label())
                .put("budget", LimitsJson.view(budget))
                .put("spent_usd", LimitsJson.usd(spent))
                .put("reserved_usd", LimitsJson.usd(Math.max(0, reserved)))
                .put("remaining_usd", LimitsJson.usd(Math.max(0, budget.nanoUsd() - spent - Math.max(0, reserved))))
                .put("period_start", budget.period() == Budget.Period.LIFETIME ? null : since.toString())
                .put("period_end", KeyViews.text(end(since, budget.period())));
    }

    private static Instant end(Instant since, Budget.Period period) {
        ZonedDateTime start = since.atZone(ZoneOffset.UTC);
        return switch (period) {
            case DAY -> start.plusDays(1).toInstant();
            case WEEK -> start.plusWeeks(1).toInstant();
            case MONTH -> start.plusMonths(1).toInstant();
            case LIFETIME -> null;
        };
    }
}
