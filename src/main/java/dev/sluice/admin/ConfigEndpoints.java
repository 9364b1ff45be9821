package dev.sluice.admin;

import static dev.sluice.admin.api.Field.Kind.COUNT;
import static dev.sluice.admin.api.Field.Kind.FLAG;
import static dev.sluice.admin.api.Field.Kind.PAIRS;
import static dev.sluice.admin.api.Field.Kind.TEXT;
import static dev.sluice.admin.api.Field.Kind.TEXTS;
import static dev.sluice.admin.api.Field.Kind.TIME;

import dev.sluice.admin.api.Answer;
import dev.sluice.admin.api.Call;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.Field;
import dev.sluice.admin.api.Gives;
import dev.sluice.admin.api.Param;
import dev.sluice.admin.api.Shape;
import dev.sluice.binding.ConfigProblem;
import dev.sluice.config.ConfigTurn;
import dev.sluice.config.loading.Proposal;
import dev.sluice.model.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** The config file: what serves, what became of edits, and what would become of one. */
final class ConfigEndpoints {

    private static final Shape TURN = Shape.of(
            Field.sure("at", TIME, ""),
            Field.sure("revision", TEXT, "what served after it"),
            Field.sure("accepted", FLAG, "whether it serves"),
            Field.sure("problems", TEXTS, "why it was refused"));
    private static final Shape PROBLEM = Shape.of(
            Field.sure("line", COUNT, "from 1; 0: the whole file"),
            Field.sure("column", COUNT, "from 1; 0: the whole file"),
            Field.sure("path", TEXT, "the keys that lead there"),
            Field.sure("message", TEXT, ""));
    private static final Shape DIFFERENCE = Shape.of(
            Field.sure("added", TEXTS, ""), Field.sure("changed", TEXTS, ""), Field.sure("removed", TEXTS, ""));
    private static final Shape PROPOSAL = Shape.of(
            Field.sure("good", FLAG, "whether it would serve"),
            Field.list("problems", PROBLEM, "every reason why it would be refused"),
            Field.list("warnings", PROBLEM, "what would be accepted but deserves a look"),
            Field.sure("providers_off", PAIRS, "providers that would take no part, with the reason"),
            Field.object("providers", DIFFERENCE, "by name").needed(),
            Field.object("routes", DIFFERENCE, "by name").needed(),
            Field.sure("restart_needed", TEXTS, "keys whose change would take effect with the next start only"));

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
                                Gives.json(AdminViews.CONFIG).or("application/yaml"),
                                here::status)
                        .query(new Param("effective", "print the whole as YAML, secrets masked")),
                Endpoint.get(
                        "/config/history",
                        "what became of the last 50 edits",
                        Gives.json(Field.list("history", TURN, "the newest first")),
                        here::history),
                Endpoint.change(
                                HttpMethod.POST,
                                "/config/check",
                                Role.OPERATOR,
                                null,
                                "what would become of a file: problems, and what it would change; applies nothing",
                                Gives.json(PROPOSAL),
                                here::check)
                        .takesYaml(),
                Endpoint.change(
                        HttpMethod.POST,
                        "/config/reload",
                        Role.OPERATOR,
                        "config.reload",
                        "reads the config file now",
                        Gives.json(AdminViews.CONFIG),
                        here::reload));
    }

    private Future<Answer> status(Call call) {
        return call.query().containsKey("effective")
                ? Answer.text(
                                "application/yaml; charset=utf-8",
                                config.effective().get())
                        .now()
                : Answer.json(AdminViews.config(config.status().get())).now();
    }

    private Future<Answer> history(Call call) {
        return Answer.json(new JsonObject()
                        .put("history", AdminViews.array(config.history().get(), ConfigEndpoints::turn)))
                .now();
    }

    private Future<Answer> check(Call call) {
        return config.propose().apply(call.text()).map(proposal -> Answer.json(view(proposal)));
    }

    private Future<Answer> reload(Call call) {
        return config.reload()
                .get()
                .map(status -> Answer.json(AdminViews.config(status))
                        .of(status.revision())
                        .noting(status.lastRefusal() == null ? "serves" : "refused"));
    }

    private static JsonObject turn(ConfigTurn turn) {
        return new JsonObject()
                .put("at", turn.at().toString())
                .put("revision", turn.revision())
                .put("accepted", turn.accepted())
                .put("problems", new JsonArray(turn.problems()));
    }

    private static JsonObject view(Proposal proposal) {
        return new JsonObject()
                .put("good", proposal.problems().isEmpty())
                .put("problems", AdminViews.array(proposal.problems(), ConfigEndpoints::problem))
                .put("warnings", AdminViews.array(proposal.warnings(), ConfigEndpoints::problem))
                .put("providers_off", new JsonObject(Map.copyOf(proposal.off())))
                .put("providers", difference(proposal.providers()))
                .put("routes", difference(proposal.routes()))
                .put("restart_needed", new JsonArray(proposal.restartNeeded()));
    }

    private static JsonObject difference(Proposal.Difference difference) {
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
