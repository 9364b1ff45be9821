package dev.sluice.cli;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.sluice.auth.KeyMint;
import dev.sluice.auth.KeyMint.MintedKey;
import dev.sluice.config.AuthConfig.StaticKey;
import dev.sluice.config.Secret;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keys create --print}: makes a virtual key and says where its two halves go. Keeps nothing. */
@Command(name = "keys", description = "Virtual keys.", mixinStandardHelpOptions = true)
public final class KeysCommand implements Runnable {

    private static final String DEFAULT_PEPPER_ENV = "SLUICE_PEPPER";

    private final Map<String, String> environment;
    private final KeyMint mint = new KeyMint();

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
        throw new ParameterException(spec.commandLine(), "Which of them? Try: keys create --print");
    }

    @Command(name = "create", description = "Makes a key.", mixinStandardHelpOptions = true)
    int create(
            @Option(names = "--print", description = "Print the key and the stanza for the config; store nothing.")
                    boolean print,
            @Option(names = "--id", paramLabel = "ID", description = "Its public id, [a-z0-9_]{1,64}. Default: random.")
                    String id,
            @Option(names = "--team", paramLabel = "T", description = "The team it belongs to.") String team,
            @Option(
                            names = "--models",
                            paramLabel = "M",
                            split = ",",
                            description = "Models it may ask for, patterns allowed. Default: all.")
                    List<String> models,
            @Option(
                            names = "--pepper-env",
                            paramLabel = "NAME",
                            defaultValue = DEFAULT_PEPPER_ENV,
                            description = "Variable with the pepper. Default: ${DEFAULT-VALUE}; made when it is unset.")
                    String pepperEnv,
            @Option(names = "--config", paramLabel = "FILE", description = "The file the stanza will be pasted into.")
                    String config) {
        if (!print) {
            spec.commandLine()
                    .getErr()
                    .println("Stored keys arrive with a later version. Use --print: it gives the key, and the stanza"
                            + " for auth.keys.");
            return 1;
        }
        String pepper = environment.getOrDefault(pepperEnv, "");
        Secret seasoning = pepper.isEmpty() ? mint.pepper() : new Secret(pepper);
        MintedKey key = mint(id, team, models == null ? List.of() : models, seasoning);
        PrintWriter out = spec.commandLine().getOut();
        out.println("# The key. It is shown this once and kept nowhere.");
        out.println(key.token().reveal());
        out.println();
        out.println("# Paste into " + (config == null ? "the config" : config)
                + ", merging with an auth section that is there:");
        out.println("auth:");
        out.println("  pepper: \"${" + pepperEnv + "}\"");
        out.println("  keys:");
        out.println("    - " + stanza(key.stanza()));
        if (pepper.isEmpty()) {
            out.println();
            out.println("# " + pepperEnv
                    + " is not set, so here is a pepper. Every key made with it needs it from now on:");
            out.println("export " + pepperEnv + "=" + seasoning.reveal());
        }
        out.flush();
        return 0;
    }

    private MintedKey mint(String id, String team, List<String> models, Secret pepper) {
        try {
            return mint.mint(id, team, models, pepper);
        } catch (IllegalArgumentException wrongId) {
            throw new ParameterException(spec.commandLine(), "--" + wrongId.getMessage());
        }
    }

    private static String stanza(StaticKey key) {
        StringBuilder yaml = new StringBuilder("{ id: " + quoted(key.id()) + ", hash: " + quoted(key.hash()));
        if (key.team() != null) {
            yaml.append(", team: ").append(quoted(key.team()));
        }
        if (!key.models().isEmpty()) {
            yaml.append(key.models().stream()
                    .map(KeysCommand::quoted)
                    .collect(Collectors.joining(", ", ", models: [", "]")));
        }
        return yaml.append(" }").toString();
    }

    /** A JSON string is a YAML one, and keeps an id of digits from becoming a number. */
    private static String quoted(String text) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
