package dev.sluice.admin;

import static dev.sluice.admin.api.JsonField.Kind.FLAG;
import static dev.sluice.admin.api.JsonField.Kind.PAIRS;
import static dev.sluice.admin.api.JsonField.Kind.TEXT;
import static dev.sluice.admin.api.JsonField.Kind.TIME;
import static dev.sluice.admin.api.JsonField.Kind.WHOLE;

import dev.sluice.admin.api.AdminErrors;
import dev.sluice.admin.api.AdminRequest;
import dev.sluice.admin.api.AdminResponse;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.JsonField;
import dev.sluice.admin.api.JsonFields;
import dev.sluice.admin.api.JsonShape;
import dev.sluice.admin.api.LimitsJson;
import dev.sluice.admin.api.Page;
import dev.sluice.admin.api.QueryParameter;
import dev.sluice.admin.api.ResponseSpec;
import dev.sluice.auth.keys.KeyRequestRules;
import dev.sluice.config.BudgetConfig;
import dev.sluice.config.LimitsConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.TeamConfig;
import dev.sluice.model.Limits;
import dev.sluice.model.Role;
import dev.sluice.store.StoredTeam;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;

/** Teams of the store and of the file, and the tiers of the file. */
final class TeamEndpoints {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@:/-]{0,127}");
    private static final JsonShape TEAM = JsonShape.of(
            JsonField.object("limits", LimitsJson.LIMITS, "that its keys share"),
            JsonField.object("budget", LimitsJson.BUDGET, "that its keys share"),
            JsonField.of("metadata", PAIRS, "up to 16 names of up to 64 characters, values of up to 512"));

    private static final JsonShape SHOWN = JsonShape.of(
            JsonField.sure("name", TEXT, ""),
            JsonField.oneOf("source", "store", "file"),
            LimitsJson.LIMITS_SHOWN,
            LimitsJson.BUDGET_SHOWN,
            JsonField.of("metadata", PAIRS, "of the store's"),
            JsonField.of("created_at", TIME, "of the store's"));
    private static final JsonShape TIER = JsonShape.of(
            JsonField.sure("name", TEXT, ""),
            JsonField.oneOf("source", "file"),
            LimitsJson.LIMITS_SHOWN,
            LimitsJson.BUDGET_SHOWN,
            JsonField.sure("priority", WHOLE, "who is served first when a provider is full: 0 to 9, higher is better"));

    private final TenantSources tenants;

    private TeamEndpoints(TenantSources tenants) {
        this.tenants = tenants;
    }

    static List<Endpoint> of(TenantSources tenants) {
        TeamEndpoints here = new TeamEndpoints(tenants);
        return List.of(
                Endpoint.get(
                                "/teams",
                                "teams by name; the first page has those of the file",
                                ResponseSpec.json(JsonShape.page("teams", SHOWN)),
                                here::list)
                        .query(QueryParameter.CURSOR.formerly("after"), QueryParameter.LIMIT),
                Endpoint.get("/teams/{name}", "one team", ResponseSpec.json(SHOWN), here::show),
                Endpoint.change(
                                HttpMethod.PUT,
                                "/teams/{name}",
                                Role.ADMIN,
                                "team.put",
                                "makes a team, or changes all of it",
                                ResponseSpec.json(SHOWN),
                                here::put)
                        .body(TEAM),
                Endpoint.change(
                        HttpMethod.DELETE,
                        "/teams/{name}",
                        Role.ADMIN,
                        "team.delete",
                        "forgets a team's limits and budget; its keys stay",
                        ResponseSpec.json(JsonField.sure("name", TEXT, ""), JsonField.sure("deleted", FLAG, "true")),
                        here::delete),
                Endpoint.get(
                        "/tiers",
                        "tiers of the config file, with what each key of them gets",
                        ResponseSpec.json(JsonField.list("tiers", TIER, "")),
                        here::tiers));
    }

    private Future<AdminResponse> list(AdminRequest request) {
        String after = request.asked("cursor").orElse(null);
        int limit = request.limit();
        JsonArray teams = new JsonArray();
        if (after == null) {
            config().teams().forEach((name, team) -> teams.add(ofFile(name, team)));
        }
        Future<Page<StoredTeam>> page = tenants.store() == null
                ? Future.succeededFuture(Page.empty())
                : tenants.store().teams().list(after, limit + 1).map(found -> Page.of(found, limit, StoredTeam::name));
        return page.map(found -> found.answer("teams", teams, TeamEndpoints::stored));
    }

    private Future<AdminResponse> show(AdminRequest request) {
        TeamConfig fixed = config().teams().get(name(request));
        if (fixed != null) {
            return AdminResponse.json(ofFile(name(request), fixed)).now();
        }
        return tenants.stored().teams().find(name(request)).map(team -> {
            if (team == null) {
                throw AdminErrors.notFound("team_not_found", "No team has this name.");
            }
            return AdminResponse.json(stored(team));
        });
    }

    private Future<AdminResponse> put(AdminRequest request) {
        changeable(request);
        StoredTeam team = new StoredTeam(
                name(request),
                request.body()
                        .object("limits")
                        .map(limits -> LimitsJson.limits(limits, Limits.NONE))
                        .orElse(Limits.NONE),
                request.body().object("budget").map(LimitsJson::budget).orElse(null),
                request.body().pairs("metadata"),
                Instant.now().truncatedTo(ChronoUnit.MILLIS));
        KeyRequestRules.metadata(team.metadata());
        return tenants.stored()
                .teams()
                .put(team)
                .compose(done -> tenants.stored().teams().find(team.name()))
                .map(now -> AdminResponse.json(stored(now == null ? team : now)));
    }

    private Future<AdminResponse> delete(AdminRequest request) {
        changeable(request);
        return tenants.stored().teams().delete(name(request)).map(found -> {
            if (!found) {
                throw AdminErrors.notFound("team_not_found", "No team has this name.");
            }
            return AdminResponse.json(
                    new JsonObject().put("name", name(request)).put("deleted", true));
        });
    }

    private Future<AdminResponse> tiers(AdminRequest request) {
        JsonArray tiers = new JsonArray();
        config().tiers()
                .forEach((name, tier) ->
                        tiers.add(terms(name, tier.limits(), tier.budget()).put("priority", tier.priority())));
        return AdminResponse.json(new JsonObject().put("tiers", tiers)).now();
    }

    private void changeable(AdminRequest request) {
        if (!NAME.matcher(name(request)).matches()) {
            throw JsonFields.invalid(
                    "name",
                    "has another form (expected: 1 to 128 of A-Z, a-z, 0-9 and . _ @ : / -, a letter or digit first)");
        }
        if (config().teams().containsKey(name(request))) {
            throw AdminErrors.conflict(
                    "team_of_file",
                    "Team " + name(request) + " lives in teams of the config file; change it there, and the edit serves"
                            + " within two seconds.");
        }
    }

    private static JsonObject ofFile(String name, TeamConfig team) {
        return terms(name, team.limits(), team.budget());
    }

    private static JsonObject stored(StoredTeam team) {
        return new JsonObject()
                .put("name", team.name())
                .put("source", "store")
                .put("limits", LimitsJson.view(team.limits()))
                .put("budget", LimitsJson.view(team.budget()))
                .put("metadata", KeyViews.pairs(team.metadata()))
                .put("created_at", KeyViews.text(team.createdAt()));
    }

    private static JsonObject terms(String name, LimitsConfig limits, BudgetConfig budget) {
        return new JsonObject()
                .put("name", name)
                .put("source", "file")
                .put("limits", LimitsJson.view(limits == null ? Limits.NONE : limits.limits()))
                .put("budget", budget == null ? null : LimitsJson.view(budget.budget()));
    }

    private SluiceConfig config() {
        return tenants.config().get();
    }

    private static String name(AdminRequest request) {
        return request.path().get("name");
    }
}
