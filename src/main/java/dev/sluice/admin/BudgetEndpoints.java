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
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** How much of each budget is spent just now. Answered from memory. */
final class BudgetEndpoints {

    private static final JsonShape LINE = JsonShape.of(
            JsonField.oneOf("scope", QuotaScope.KEY.label(), QuotaScope.TEAM.label()),
            JsonField.sure("name", TEXT, "id of the key, name of the team"),
            JsonField.oneOf("of", QuotaScope.KEY.label(), QuotaScope.TIER.label(), QuotaScope.TEAM.label()),
            LimitsJson.BUDGET_SHOWN.needed(),
            JsonField.sure("spent_usd", NUMBER, "settled in this period"),
            JsonField.sure("reserved_usd", NUMBER, "for requests on their way"),
            JsonField.sure("left_usd", NUMBER, "for new requests"),
            JsonField.of("period_began", TIME, "null for a lifetime"),
            JsonField.of("period_ends", TIME, "null for a lifetime"));

    private final TenantSources tenants;

    private BudgetEndpoints(TenantSources tenants) {
        this.tenants = tenants;
    }

    /** @param of what it is whose budget: the key's own or its tier's, or the team's */
    private record Line(QuotaScope scope, String name, QuotaScope of, Budget budget) {}

    static List<Endpoint> of(TenantSources tenants) {
        return List.of(Endpoint.get(
                        "/budgets",
                        "every budget of a key (its own and its tier's) or a team: spent, reserved, when it begins"
                                + " anew",
                        ResponseSpec.json(JsonShape.page("budgets", LINE)),
                        new BudgetEndpoints(tenants)::list)
                .query(QueryParameter.CURSOR.formerly("after"), QueryParameter.LIMIT));
    }

    private Future<AdminResponse> list(AdminRequest request) {
        int limit = request.limit();
        NavigableMap<String, Line> lines = lines();
        Map<String, Line> rest = request.asked("cursor")
                .<Map<String, Line>>map(after -> lines.tailMap(after, false))
                .orElse(lines);
        return Page.of(rest.keySet().stream().limit(limit + 1L).toList(), limit, id -> id)
                .answer("budgets", id -> view(lines.get(id)))
                .now();
    }

    private NavigableMap<String, Line> lines() {
        NavigableMap<String, Line> lines = new TreeMap<>();
        SluiceConfig config = tenants.config().get();
        config.auth().keys().forEach(key -> key(lines, key.id(), key.tier(), budget(key.budget()), config));
        config.teams()
                .forEach((name, team) -> add(lines, QuotaScope.TEAM, name, QuotaScope.TEAM, budget(team.budget())));
        if (tenants.store() != null) {
            Snapshot snapshot = tenants.store().snapshot();
            Map<String, TeamConfig> fixed = config.teams();
            for (StoredKey key : snapshot.keys().values()) {
                if (key.revokedAt() == null) {
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

    /** A key of the file comes first, and one of the same id in the store does not count. */
    private static void add(Map<String, Line> lines, QuotaScope scope, String name, QuotaScope of, Budget budget) {
        if (budget != null) {
            lines.putIfAbsent(scope.label() + ":" + name + ":" + of.label(), new Line(scope, name, of, budget));
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
                .put("left_usd", LimitsJson.usd(Math.max(0, budget.nanoUsd() - spent - Math.max(0, reserved))))
                .put("period_began", budget.period() == Budget.Period.LIFETIME ? null : since.toString())
                .put("period_ends", KeyViews.text(end(since, budget.period())));
    }

    private static Instant end(Instant since, Budget.Period per) {
        ZonedDateTime start = since.atZone(ZoneOffset.UTC);
        return switch (per) {
            case DAY -> start.plusDays(1).toInstant();
            case WEEK -> start.plusWeeks(1).toInstant();
            case MONTH -> start.plusMonths(1).toInstant();
            case LIFETIME -> null;
        };
    }
}
