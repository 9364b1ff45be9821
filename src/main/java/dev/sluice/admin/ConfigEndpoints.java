package dev.sluice.admin;

import static dev.sluice.admin.api.JsonField.Kind.COUNT;
import static dev.sluice.admin.api.JsonField.Kind.FLAG;
import static dev.sluice.admin.api.JsonField.Kind.PAIRS;
import static dev.sluice.admin.api.JsonField.Kind.TEXT;
import static dev.sluice.admin.api.JsonField.Kind.TEXTS;
import static dev.sluice.admin.api.JsonField.Kind.TIME;

import dev.sluice.admin.api.AdminRequest;
import dev.sluice.admin.api.AdminResponse;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.JsonField;
import dev.sluice.admin.api.JsonShape;
import dev.sluice.admin.api.QueryParameter;
import dev.sluice.admin.api.ResponseSpec;
import dev.sluice.binding.ConfigProblem;
import dev.sluice.config.ConfigHistoryEntry;
import dev.sluice.config.loading.ConfigCheck;
import dev.sluice.model.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** The config file: what serves, what became of edits, and what would become of one. */
final class ConfigEndpoints {

    private static final JsonShape TURN = JsonShape.of(
            JsonField.sure("at", TIME, ""),
            JsonField.sure("revision", TEXT, "what served after it"),
            JsonField.sure("accepted", FLAG, "whether it serves"),
            JsonField.sure("problems", TEXTS, "why it was refused"));
    private static final JsonShape PROBLEM = JsonShape.of(
            JsonField.sure("line", COUNT, "from 1; 0: the whole file"),
            JsonField.sure("column", COUNT, "from 1; 0: the whole file"),
            JsonField.sure("path", TEXT, "the keys that lead there"),
            JsonField.sure("message", TEXT, ""));
    private static final JsonShape DIFFERENCE = JsonShape.of(
            JsonField.sure("added", TEXTS, ""),
            JsonField.sure("changed", TEXTS, ""),
            JsonField.sure("removed", TEXTS, ""));
    private static final JsonShape PROPOSAL = JsonShape.of(
            JsonField.sure("good", FLAG, "whether it would serve"),
            JsonField.list("problems", PROBLEM, "every reason why it would be refused"),
            JsonField.list("warnings", PROBLEM, "what would be accepted but deserves a look"),
            JsonField.sure("providers_off", PAIRS, "providers that would take no part, with the reason"),
            JsonField.object("providers", DIFFERENCE, "by name").needed(),
            JsonField.object("routes", DIFFERENCE, "by name").needed(),
            JsonField.sure("restart_needed", TEXTS, "keys whose change would take effect with the next start only"));

    private final AdminSources.Configs config;

    private ConfigEndpoints(AdminSources.Configs config) {
        this.config = config;
    }

    static List<Endpoint> of(AdminSources.Configs config) {
        ConfigEndpoints here = new ConfigEndpoints(config);
        return List.of(
                Endpoint.get(
                                "/config",
                                "revision, last refused edit; ?effective prints the whole, secrets masked",
                                ResponseSpec.json(AdminViews.CONFIG).or("application/yaml"),
                                here::status)
                        .query(new QueryParameter("effective", "print the whole as YAML, secrets masked")),
                Endpoint.get(
                        "/config/history",
                        "what became of the last 50 edits",
                        ResponseSpec.json(JsonField.list("history", TURN, "the newest first")),
                        here::history),
                Endpoint.change(
                                HttpMethod.POST,
                                "/config/check",
                                Role.OPERATOR,
                                null,
                                "what would become of a file: problems, and what it would change; applies nothing",
                                ResponseSpec.json(PROPOSAL),
                                here::check)
                        .takesYaml(),
                Endpoint.change(
                        HttpMethod.POST,
                        "/config/reload",
                        Role.OPERATOR,
                        "config.reload",
                        "reads the config file now",
                        ResponseSpec.json(AdminViews.CONFIG),
                        here::reload));
    }

    private Future<AdminResponse> status(AdminRequest request) {
        return request.query().containsKey("effective")
                ? AdminResponse.text(
                                "application/yaml; charset=utf-8",
                                config.effective().get())
                        .now()
                : AdminResponse.json(AdminViews.config(config.status().get())).now();
    }

    private Future<AdminResponse> history(AdminRequest request) {
        return AdminResponse.json(new JsonObject()
                        .put("history", AdminViews.array(config.history().get(), ConfigEndpoints::turn)))
                .now();
    }

    private Future<AdminResponse> check(AdminRequest request) {
        return config.propose().apply(request.text()).map(check -> AdminResponse.json(view(check)));
    }

    private Future<AdminResponse> reload(AdminRequest request) {
        return config.reload()
                .get()
                .map(status -> AdminResponse.json(AdminViews.config(status))
                        .of(status.revision())
                        .noting(status.lastRefusal() == null ? "serves" : "refused"));
    }

    private static JsonObject turn(ConfigHistoryEntry entry) {
        return new JsonObject()
                .put("at", entry.at().toString())
                .put("revision", entry.revision())
                .put("accepted", entry.accepted())
                .put("problems", new JsonArray(entry.problems()));
    }

    private static JsonObject view(ConfigCheck check) {
        return new JsonObject()
                .put("good", check.problems().isEmpty())
                .put("problems", AdminViews.array(check.problems(), ConfigEndpoints::problem))
                .put("warnings", AdminViews.array(check.warnings(), ConfigEndpoints::problem))
                .put("providers_off", new JsonObject(Map.copyOf(check.off())))
                .put("providers", difference(check.providers()))
                .put("routes", difference(check.routes()))
                .put("restart_needed", new JsonArray(check.restartNeeded()));
    }

    private static JsonObject difference(ConfigCheck.Difference difference) {
        return new JsonObject()
                .put("added", new JsonArray(difference.added()))
                .put("changed", new JsonArray(difference.changed()))
                .put("removed", new JsonArray(difference.removed()));
    }

    private static JsonObject problem(ConfigProblem problem) {
        return new JsonObject()
                .put("line", problem.line())
                .put("column", problem.column())
                .put("path", problem.path())
                .put("message", problem.message());
    }
}
