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

/** Endpoints of teams and tiers. Teams of the config file are read-only here. */
final class TeamEndpoints {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@:/-]{0,127}");
    private static final JsonShape TEAM = JsonShape.of(
            JsonField.object("limits", LimitsJson.LIMITS, "Limits shared by its keys"),
            JsonField.object("budget", LimitsJson.BUDGET, "Budget shared by its keys"),
            JsonField.of("metadata", PAIRS, "Up to 16 names of up to 64 characters, with values of up to 512"));

    private static final JsonShape TEAM_VIEW = JsonShape.of(
            JsonField.always("name", TEXT, ""),
            JsonField.oneOf("source", "store", "file"),
            LimitsJson.LIMITS_VIEW,
            LimitsJson.BUDGET_VIEW,
            JsonField.of("metadata", PAIRS, "Teams of the store only"),
            JsonField.of("created_at", TIME, "Teams of the store only"));
    private static final JsonShape TIER = JsonShape.of(
            JsonField.always("name", TEXT, ""),
            JsonField.oneOf("source", "file"),
            LimitsJson.LIMITS_VIEW,
            LimitsJson.BUDGET_VIEW,
            JsonField.always(
                    "priority", WHOLE, "Priority in the queue of a full provider, 0 to 9; higher is served first"));

    private final TenantSources tenants;

    private TeamEndpoints(TenantSources tenants) {
        this.tenants = tenants;
    }

    static List<Endpoint> of(TenantSources tenants) {
        TeamEndpoints endpoints = new TeamEndpoints(tenants);
        return List.of(
                Endpoint.get(
                                "/teams",
                                "List teams by name; the first page begins with the teams of the config file",
                                ResponseSpec.json(JsonShape.page("teams", TEAM_VIEW)),
                                endpoints::list)
                        .query(QueryParameter.CURSOR.formerly("after"), QueryParameter.LIMIT),
                Endpoint.get("/teams/{name}", "Show a team", ResponseSpec.json(TEAM_VIEW), endpoints::show),
                Endpoint.change(
                                HttpMethod.PUT,
                                "/teams/{name}",
                                Role.ADMIN,
                                "team.put",
                                "Create or replace a team",
                                ResponseSpec.json(TEAM_VIEW),
                                endpoints::put)
                        .body(TEAM),
                Endpoint.change(
                        HttpMethod.DELETE,
                        "/teams/{name}",
                        Role.ADMIN,
                        "team.delete",
                        "Delete a team with its limits and budget; its keys remain",
                        ResponseSpec.json(
                                JsonField.always("name", TEXT, ""), JsonField.always("deleted", FLAG, "true")),
                        endpoints::delete),
                Endpoint.get(
                        "/tiers",
                        "List tiers of the config file, with the limits and budget of their keys",
                        ResponseSpec.json(JsonField.list("tiers", TIER, "")),
                        endpoints::tiers));
    }

    private Future<AdminResponse> list(AdminRequest request) {
        String after = request.cursor(NAME);
        int limit = request.limit();
        JsonArray teams = new JsonArray();
        if (after == null) {
            config().teams().forEach((name, team) -> teams.add(ofFile(name, team)));
        }
        Future<Page<StoredTeam>> page = tenants.store() == null
                ? Future.succeededFuture(Page.empty())
                : tenants.store().teams().list(after, limit + 1).map(found -> Page.of(found, limit, StoredTeam::name));
        return page.map(found -> found.response("teams", teams, TeamEndpoints::stored));
    }

    private Future<AdminResponse> show(AdminRequest request) {
        TeamConfig fixed = config().teams().get(name(request));
        if (fixed != null) {
            return AdminResponse.json(ofFile(name(request), fixed)).toFuture();
        }
        return tenants.stored().teams().find(name(request)).map(team -> {
            if (team == null) {
                throw AdminErrors.notFound(
                        "team_not_found", "No team has this name. GET /admin/v1/teams lists all teams.");
            }
            return AdminResponse.json(stored(team));
        });
    }

    private Future<AdminResponse> put(AdminRequest request) {
        requireStored(request);
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
        requireStored(request);
        return tenants.stored().teams().delete(name(request)).map(found -> {
            if (!found) {
                throw AdminErrors.notFound(
                        "team_not_found", "No team has this name. GET /admin/v1/teams lists all teams.");
            }
            return AdminResponse.json(
                    new JsonObject().put("name", name(request)).put("deleted", true));
        });
    }

    private Future<AdminResponse> tiers(AdminRequest request) {
        JsonArray tiers = new JsonArray();
        config().tiers()
                .forEach((name, tier) ->
                        tiers.add(ofFile(name, tier.limits(), tier.budget()).put("priority", tier.priority())));
        return AdminResponse.json(new JsonObject().put("tiers", tiers)).toFuture();
    }

    private void requireStored(AdminRequest request) {
        if (!NAME.matcher(name(request)).matches()) {
            throw JsonFields.invalid(
                    "name",
                    "is invalid (expected: 1 to 128 of A-Z, a-z, 0-9 and . _ @ : / -, a letter or digit first)");
        }
        if (config().teams().containsKey(name(request))) {
            throw AdminErrors.conflict(
                    "team_in_config_file",
                    "Team " + name(request)
                            + " is defined in teams of the config file and cannot be changed here. Edit the file; the"
                            + " edit applies within two seconds.");
        }
    }

    private static JsonObject ofFile(String name, TeamConfig team) {
        return ofFile(name, team.limits(), team.budget());
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

    private static JsonObject ofFile(String name, LimitsConfig limits, BudgetConfig budget) {
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
