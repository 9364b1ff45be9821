package dev.sluice.admin;

import static dev.sluice.admin.api.Field.Kind.FLAG;
import static dev.sluice.admin.api.Field.Kind.PAIRS;
import static dev.sluice.admin.api.Field.Kind.TEXT;
import static dev.sluice.admin.api.Field.Kind.TIME;
import static dev.sluice.admin.api.Field.Kind.WHOLE;

import dev.sluice.admin.api.AdminErrors;
import dev.sluice.admin.api.Answer;
import dev.sluice.admin.api.Call;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.Field;
import dev.sluice.admin.api.Fields;
import dev.sluice.admin.api.Gives;
import dev.sluice.admin.api.Page;
import dev.sluice.admin.api.Param;
import dev.sluice.admin.api.Shape;
import dev.sluice.admin.api.Terms;
import dev.sluice.auth.keys.WishRules;
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
    private static final Shape TEAM = Shape.of(
            Field.object("limits", Terms.LIMITS, "that its keys share"),
            Field.object("budget", Terms.BUDGET, "that its keys share"),
            Field.of("metadata", PAIRS, "up to 16 names of up to 64 characters, values of up to 512"));

    private static final Shape SHOWN = Shape.of(
            Field.sure("name", TEXT, ""),
            Field.oneOf("source", "store", "file"),
            Terms.LIMITS_SHOWN,
            Terms.BUDGET_SHOWN,
            Field.of("metadata", PAIRS, "of the store's"),
            Field.of("created_at", TIME, "of the store's"));
    private static final Shape TIER = Shape.of(
            Field.sure("name", TEXT, ""),
            Field.oneOf("source", "file"),
            Terms.LIMITS_SHOWN,
            Terms.BUDGET_SHOWN,
            Field.sure("priority", WHOLE, "who is served first when a provider is full: 0 to 9, higher is better"));

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
                                Gives.json(Shape.page("teams", SHOWN)),
                                here::list)
                        .query(Param.AFTER, Param.LIMIT),
                Endpoint.get("/teams/{name}", "one team", Gives.json(SHOWN), here::show),
                Endpoint.change(
                                HttpMethod.PUT,
                                "/teams/{name}",
                                Role.ADMIN,
                                "team.put",
                                "makes a team, or changes all of it",
                                Gives.json(SHOWN),
                                here::put)
                        .body(TEAM),
                Endpoint.change(
                        HttpMethod.DELETE,
                        "/teams/{name}",
                        Role.ADMIN,
                        "team.delete",
                        "forgets a team's limits and budget; its keys stay",
                        Gives.json(Field.sure("name", TEXT, ""), Field.sure("deleted", FLAG, "true")),
                        here::delete),
                Endpoint.get(
                        "/tiers",
                        "tiers of the config file, with what each key of them gets",
                        Gives.json(Field.list("tiers", TIER, "")),
                        here::tiers));
    }

    private Future<Answer> list(Call call) {
        String after = call.asked("after").orElse(null);
        int limit = call.limit();
        JsonArray teams = new JsonArray();
        if (after == null) {
            config().teams().forEach((name, team) -> teams.add(ofFile(name, team)));
        }
        Future<Page<StoredTeam>> page = tenants.store() == null
                ? Future.succeededFuture(Page.empty())
                : tenants.store().teams().list(after, limit + 1).map(found -> Page.of(found, limit, StoredTeam::name));
        return page.map(found -> found.answer("teams", teams, TeamEndpoints::stored));
    }

    private Future<Answer> show(Call call) {
        TeamConfig fixed = config().teams().get(name(call));
        if (fixed != null) {
            return Answer.json(ofFile(name(call), fixed)).now();
        }
        return tenants.stored().teams().find(name(call)).map(team -> {
            if (team == null) {
                throw AdminErrors.notFound("team_not_found", "No team has this name.");
            }
            return Answer.json(stored(team));
        });
    }

    private Future<Answer> put(Call call) {
        changeable(call);
        StoredTeam team = new StoredTeam(
                name(call),
                call.body()
                        .object("limits")
                        .map(limits -> Terms.limits(limits, Limits.NONE))
                        .orElse(Limits.NONE),
                call.body().object("budget").map(Terms::budget).orElse(null),
                call.body().pairs("metadata"),
                Instant.now().truncatedTo(ChronoUnit.MILLIS));
        WishRules.metadata(team.metadata());
        return tenants.stored()
                .teams()
                .put(team)
                .compose(done -> tenants.stored().teams().find(team.name()))
                .map(now -> Answer.json(stored(now == null ? team : now)));
    }

    private Future<Answer> delete(Call call) {
        changeable(call);
        return tenants.stored().teams().delete(name(call)).map(found -> {
            if (!found) {
                throw AdminErrors.notFound("team_not_found", "No team has this name.");
            }
            return Answer.json(new JsonObject().put("name", name(call)).put("deleted", true));
        });
    }

    private Future<Answer> tiers(Call call) {
        JsonArray tiers = new JsonArray();
        config().tiers()
                .forEach((name, tier) ->
                        tiers.add(terms(name, tier.limits(), tier.budget()).put("priority", tier.priority())));
        return Answer.json(new JsonObject().put("tiers", tiers)).now();
    }

    private void changeable(Call call) {
        if (!NAME.matcher(name(call)).matches()) {
            throw Fields.invalid(
                    "name",
                    "has another form (expected: 1 to 128 of A-Z, a-z, 0-9 and . _ @ : / -, a letter or digit first)");
        }
        if (config().teams().containsKey(name(call))) {
            throw AdminErrors.conflict(
                    "team_of_file",
                    "Team " + name(call) + " lives in teams of the config file; change it there, and the edit serves"
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
                .put("limits", Terms.view(team.limits()))
                .put("budget", Terms.view(team.budget()))
                .put("metadata", KeyViews.pairs(team.metadata()))
                .put("created_at", KeyViews.text(team.createdAt()));
    }

    private static JsonObject terms(String name, LimitsConfig limits, BudgetConfig budget) {
        return new JsonObject()
                .put("name", name)
                .put("source", "file")
                .put("limits", Terms.view(limits == null ? Limits.NONE : limits.limits()))
                .put("budget", budget == null ? null : Terms.view(budget.budget()));
    }

    private SluiceConfig config() {
        return tenants.config().get();
    }

    private static String name(Call call) {
        return call.path().get("name");
    }
}
