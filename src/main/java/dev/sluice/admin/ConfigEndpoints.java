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

/** Endpoints of the config file: status, history of edits, check of a new file, reload. */
final class ConfigEndpoints {

    private static final JsonShape HISTORY_ENTRY = JsonShape.of(
            JsonField.always("at", TIME, ""),
            JsonField.always("revision", TEXT, "The revision that was active after the edit"),
            JsonField.always("accepted", FLAG, "Whether the edit was accepted"),
            JsonField.always("problems", TEXTS, "Why it was refused"));
    private static final JsonShape PROBLEM = JsonShape.of(
            JsonField.always("line", COUNT, "From 1; 0 for the whole file"),
            JsonField.always("column", COUNT, "From 1; 0 for the whole file"),
            JsonField.always("path", TEXT, "Path of the key, such as providers.openai.timeouts"),
            JsonField.always("message", TEXT, ""));
    private static final JsonShape DIFFERENCE = JsonShape.of(
            JsonField.always("added", TEXTS, ""),
            JsonField.always("changed", TEXTS, ""),
            JsonField.always("removed", TEXTS, ""));
    private static final JsonShape CHECK_RESULT = JsonShape.of(
            JsonField.always("valid", FLAG, "Whether the file would be accepted"),
            JsonField.list("problems", PROBLEM, "All reasons why it would be refused"),
            JsonField.list("warnings", PROBLEM, "Warnings that do not prevent acceptance"),
            JsonField.always("disabled_providers", PAIRS, "Providers that would be disabled, with the reason"),
            JsonField.object("providers", DIFFERENCE, "By name").asRequired(),
            JsonField.object("routes", DIFFERENCE, "By name").asRequired(),
            JsonField.always("restart_required", TEXTS, "Changed keys that would take effect at the next start only"));

    private final AdminSources.Configs config;

    private ConfigEndpoints(AdminSources.Configs config) {
        this.config = config;
    }

    static List<Endpoint> of(AdminSources.Configs config) {
        ConfigEndpoints endpoints = new ConfigEndpoints(config);
        return List.of(
                Endpoint.get(
                                "/config",
                                "Show revision and last refused edit, or with ?effective the whole config, secrets"
                                        + " masked",
                                ResponseSpec.json(AdminViews.CONFIG).or("application/yaml"),
                                endpoints::status)
                        .query(new QueryParameter("effective", "Return the whole config as YAML, secrets masked")),
                Endpoint.get(
                        "/config/history",
                        "List the last 50 edits and their outcomes",
                        ResponseSpec.json(JsonField.list("history", HISTORY_ENTRY, "Newest first")),
                        endpoints::history),
                Endpoint.change(
                                HttpMethod.POST,
                                "/config/check",
                                Role.OPERATOR,
                                null,
                                "Check a config file without applying it: problems, warnings and changes",
                                ResponseSpec.json(CHECK_RESULT),
                                endpoints::check)
                        .takesYaml(),
                Endpoint.change(
                        HttpMethod.POST,
                        "/config/reload",
                        Role.OPERATOR,
                        "config.reload",
                        "Read the config file now",
                        ResponseSpec.json(AdminViews.CONFIG),
                        endpoints::reload));
    }

    private Future<AdminResponse> status(AdminRequest request) {
        return request.query().containsKey("effective")
                ? AdminResponse.text(
                                "application/yaml; charset=utf-8",
                                config.effective().get())
                        .toFuture()
                : AdminResponse.json(AdminViews.config(config.status().get())).toFuture();
    }

    private Future<AdminResponse> history(AdminRequest request) {
        return AdminResponse.json(new JsonObject()
                        .put("history", AdminViews.array(config.history().get(), ConfigEndpoints::historyEntry)))
                .toFuture();
    }

    private Future<AdminResponse> check(AdminRequest request) {
        return config.check().apply(request.text()).map(check -> AdminResponse.json(view(check)));
    }

    private Future<AdminResponse> reload(AdminRequest request) {
        return config.reload()
                .get()
                .map(status -> AdminResponse.json(AdminViews.config(status))
                        .withTarget(status.revision())
                        .withDetail(status.lastRefusal() == null ? "active" : "refused"));
    }

    private static JsonObject historyEntry(ConfigHistoryEntry entry) {
        return new JsonObject()
                .put("at", entry.at().toString())
                .put("revision", entry.revision())
                .put("accepted", entry.accepted())
                .put("problems", new JsonArray(entry.problems()));
    }

    private static JsonObject view(ConfigCheck check) {
        return new JsonObject()
                .put("valid", check.problems().isEmpty())
                .put("problems", AdminViews.array(check.problems(), ConfigEndpoints::problem))
                .put("warnings", AdminViews.array(check.warnings(), ConfigEndpoints::problem))
                .put("disabled_providers", new JsonObject(Map.copyOf(check.off())))
                .put("providers", difference(check.providers()))
                .put("routes", difference(check.routes()))
                .put("restart_required", new JsonArray(check.restartNeeded()));
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
