package dev.sluice.cli;

import dev.sluice.cli.AdminCalls.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code usage}: prints usage and cost, from a running server or from the store. */
@Command(name = "usage", description = "Shows usage and its cost.", mixinStandardHelpOptions = true)
final class UsageCommand implements Callable<Integer> {

    private static final List<String> FIGURES =
            List.of("requests", "failed", "prompt_tokens", "completion_tokens", "cost_usd", "unpriced");

    /** Output formats. */
    enum Format {
        TABLE,
        CSV,
        JSON
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private AdminTarget target;

    @Option(
            names = "--group-by",
            split = ",",
            paramLabel = "WHAT",
            description = "Any of key, team, tier, route, provider, model, day, hour. Default: key.")
    private List<String> groupBy;

    @Option(names = "--by", split = ",", hidden = true)
    private List<String> formerGroupBy;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Start, inclusive: a day or a time (UTC). Default: 30 days ago.")
    private String from;

    @Option(names = "--to", paramLabel = "TIME", description = "End, exclusive: a day or a time (UTC). Default: now.")
    private String to;

    @Option(names = "--key", paramLabel = "ID", description = "Only this key.")
    private String key;

    @Option(names = "--team", paramLabel = "T", description = "Only this team.")
    private String team;

    @Option(names = "--model", paramLabel = "M", description = "Only this model, by its provider's name.")
    private String model;

    @Option(names = "--provider", paramLabel = "P", description = "Only this provider.")
    private String provider;

    @Option(names = "--format", defaultValue = "table", description = "table, csv or json. Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Override
    public Integer call() {
        if (formerGroupBy != null) {
            Sluice.warnOfFormerOption(spec, "--by", "--group-by", groupBy != null);
        }
        return target.run(spec.commandLine().getErr(), format == Format.CSV ? this::csv : this::rows);
    }

    private int csv() throws AdminTarget.Failed {
        Map<String, String> query = query();
        query.put("format", "csv");
        PrintWriter out = spec.commandLine().getOut();
        do {
            Reply page = fetch(query);
            boolean first = !query.containsKey("cursor");
            out.print(first ? page.body() : page.body().substring(page.body().indexOf("\r\n") + 2));
            query.put("cursor", page.next());
        } while (query.get("cursor") != null);
        out.flush();
        return 0;
    }

    private int rows() throws AdminTarget.Failed {
        Map<String, String> query = query();
        JsonArray rows = new JsonArray();
        JsonObject page;
        do {
            page = new JsonObject(fetch(query).body());
            rows.addAll(page.getJsonArray("usage"));
            query.put("cursor", page.getString("next"));
        } while (query.get("cursor") != null);
        PrintWriter out = spec.commandLine().getOut();
        if (format == Format.JSON) {
            out.println(page.put("usage", rows).encodePrettily());
        } else {
            table(rows).text().forEach(out::println);
        }
        out.flush();
        return 0;
    }

    private TextTable table(JsonArray rows) {
        List<String> columns =
                Stream.concat(dimensions().stream(), FIGURES.stream()).toList();
        TextTable table = new TextTable(columns);
        rows.forEach(row -> table.line(columns.stream()
                .map(column -> ((JsonObject) row).getValue(column, ""))
                .toList()));
        return table;
    }

    private List<String> dimensions() {
        return groupBy != null ? groupBy : formerGroupBy != null ? formerGroupBy : List.of("key");
    }

    private Reply fetch(Map<String, String> query) throws AdminTarget.Failed {
        return target.call("GET", "/usage", query, null, spec.commandLine().getErr());
    }

    private Map<String, String> query() {
        Map<String, String> query = new HashMap<>(Map.of("group_by", String.join(",", dimensions()), "limit", "1000"));
        put(query, "from", from);
        put(query, "to", to);
        put(query, "key", key);
        put(query, "team", team);
        put(query, "model", model);
        put(query, "provider", provider);
        return query;
    }

    private static void put(Map<String, String> query, String name, String value) {
        if (value != null) {
            query.put(name, value);
        }
    }
}
