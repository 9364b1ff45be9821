package dev.sluice.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code keys}: creates, lists, rotates and revokes keys of the store, through a running server or directly; prints
 * keys for the config file.
 */
@Command(name = "keys", description = "Manages virtual keys.", mixinStandardHelpOptions = true)
public final class KeysCommand implements Runnable {

    private static final List<String> COLUMNS =
            List.of("id", "source", "state", "name", "team", "tier", "role", "expires_at", "last_used_at");

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    public KeysCommand() {
        this(System.getenv());
    }

    KeysCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a subcommand is missing (expected: create, list, show ID, rotate ID or revoke ID)");
    }

    @Command(
            name = "create",
            description = "Creates a key and prints it. The key is not shown again.",
            mixinStandardHelpOptions = true)
    int create(
            @Mixin KeyOptions options,
            @Option(
                            names = "--print",
                            description = "Prints the key and a stanza for the config; stores nothing. Only with --id,"
                                    + " --team, --models and --pepper-env.")
                    boolean print,
            @Option(
                            names = "--pepper-env",
                            paramLabel = "NAME",
                            defaultValue = PrintedKey.DEFAULT_PEPPER_ENV,
                            description = "With --print: the environment variable that has the pepper. Default:"
                                    + " ${DEFAULT-VALUE}.")
                    String pepperEnv,
            @Mixin AdminTarget target) {
        if (print) {
            return printed(options, pepperEnv, target);
        }
        JsonObject body = options.toJson();
        return target.creatingStore().run(err(), () -> {
            JsonObject key = object(target.call("POST", "/keys", Map.of(), body, err()));
            token(key);
            return 0;
        });
    }

    @Command(name = "list", description = "Lists keys, without secrets.", mixinStandardHelpOptions = true)
    int list(
            @Option(names = "--team", paramLabel = "T", description = "Only keys of this team.") String team,
            @Option(names = "--json", description = "Prints JSON.") boolean json,
            @Mixin AdminTarget target) {
        return target.run(err(), () -> {
            JsonArray keys = new JsonArray();
            Map<String, String> query = new HashMap<>(Map.of("limit", "1000"));
            if (team != null) {
                query.put("team", team);
            }
            do {
                JsonObject page = object(target.call("GET", "/keys", query, null, err()));
                keys.addAll(page.getJsonArray("keys"));
                query.put("cursor", page.getString("next"));
            } while (query.get("cursor") != null);
            if (json) {
                out().println(new JsonObject().put("keys", keys).encodePrettily());
            } else {
                TextTable table = new TextTable(COLUMNS);
                keys.forEach(key -> table.line(COLUMNS.stream()
                        .map(column -> ((JsonObject) key).getValue(column, ""))
                        .toList()));
                table.text().forEach(out()::println);
            }
            out().flush();
            return 0;
        });
    }

    @Command(name = "show", description = "Shows a key, without its secret.", mixinStandardHelpOptions = true)
    int show(
            @Parameters(paramLabel = "ID", description = "The public id of the key.") String id,
            @Mixin AdminTarget target) {
        return target.run(err(), () -> shown(object(target.call("GET", path(id, ""), Map.of(), null, err()))));
    }

    @Command(name = "rotate", description = "Replaces the secret of a key.", mixinStandardHelpOptions = true)
    int rotate(
            @Parameters(paramLabel = "ID", description = "The public id of the key.") String id,
            @Option(
                            names = "--grace",
                            paramLabel = "TIME",
                            defaultValue = "0s",
                            description =
                                    "How long the previous secret stays valid, such as 24h. Default: ${DEFAULT-VALUE}.")
                    String grace,
            @Mixin AdminTarget target) {
        JsonObject body = new JsonObject().put("grace", grace);
        return target.run(err(), () -> {
            token(object(target.call("POST", path(id, "/rotate"), Map.of(), body, err())));
            return 0;
        });
    }

    @Command(name = "revoke", description = "Revokes a key permanently.", mixinStandardHelpOptions = true)
    int revoke(
            @Parameters(paramLabel = "ID", description = "The public id of the key.") String id,
            @Mixin AdminTarget target) {
        return target.run(
                err(),
                () -> shown(object(target.call("POST", path(id, "/revoke"), Map.of(), new JsonObject(), err()))));
    }

    private int printed(KeyOptions options, String pepperEnv, AdminTarget target) {
        Set<String> more = new TreeSet<>(options.toJson().fieldNames());
        more.removeAll(Set.of("id", "team", "models"));
        if (!more.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--print does not support " + String.join(", ", more)
                            + " (expected: only --id, --team and --models; add the others to the printed stanza)");
        }
        // A variable that was named and is set is meant for another config.
        boolean chosen = !pepperEnv.equals(PrintedKey.DEFAULT_PEPPER_ENV) && environment.containsKey(pepperEnv);
        try {
            new PrintedKey(environment)
                    .print(
                            options.id(),
                            options.team(),
                            options.models(),
                            pepperEnv,
                            chosen ? null : target.configuredPepper(),
                            target.configPath(),
                            out());
            return 0;
        } catch (IllegalArgumentException wrongId) {
            throw new ParameterException(spec.commandLine(), "--" + wrongId.getMessage());
        }
    }

    /** Prints the key on a separate line, for scripts; all other lines are comments. */
    private void token(JsonObject key) {
        out().println("# Store this key now: it will not be shown again.");
        out().println(key.getString("token"));
        out().println("# id " + key.getString("id")
                + labelled(", team ", key.getString("team"))
                + labelled(", tier ", key.getString("tier"))
                + labelled(", budget ", money(key.getJsonObject("budget")))
                + labelled(", until ", key.getString("expires_at"))
                + labelled("; the previous secret is valid until ", key.getString("previous_secret_until")));
        out().flush();
    }

    private int shown(JsonObject key) {
        out().println(key.encodePrettily());
        out().flush();
        return 0;
    }

    private static String money(JsonObject budget) {
        return budget == null
                ? null
                : TextTable.word(budget.getValue("usd")) + " USD per " + budget.getString("period");
    }

    private static String labelled(String before, String value) {
        return value == null ? "" : before + value;
    }

    private static String path(String id, String action) {
        return "/keys/" + URLEncoder.encode(id, StandardCharsets.UTF_8) + action;
    }

    private static JsonObject object(AdminCalls.Reply reply) {
        return new JsonObject(reply.body());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
